/** From a runtime specification to a running process. */
@NullMarked
package jdocker.runtime;

import org.jspecify.annotations.NullMarked;
