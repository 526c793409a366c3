/** Failures a client can act on; every other package of the daemon may throw them. */
@NullMarked
package jdocker.daemon.error;

import org.jspecify.annotations.NullMarked;
