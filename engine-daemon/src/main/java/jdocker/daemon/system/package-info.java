/** The routes that speak of the engine as a whole: ping, version, info, events, auth. */
@NullMarked
package jdocker.daemon.system;

import org.jspecify.annotations.NullMarked;
