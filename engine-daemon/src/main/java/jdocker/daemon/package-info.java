/** The daemon: its settings, and the place where everything is wired. */
@NullMarked
package jdocker.daemon;

import org.jspecify.annotations.NullMarked;
