/** Images as the API shows them, on top of the image store. */
@NullMarked
package jdocker.daemon.image;

import org.jspecify.annotations.NullMarked;
