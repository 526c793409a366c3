/** What happened, as values. */
@NullMarked
package jdocker.daemon.event;

import org.jspecify.annotations.NullMarked;
