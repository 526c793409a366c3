/** Every object and event in one SQLite database, and the snapshot that readers see. */
@NullMarked
package jdocker.daemon.state;

import org.jspecify.annotations.NullMarked;
