/** Networks as the API has them, which addresses and ports containers have on them, and what the kernel is asked to do. */
@NullMarked
package jdocker.daemon.network;

import org.jspecify.annotations.NullMarked;
