/** Blobs by digest, images by name, and the registry client. */
@NullMarked
package jdocker.image;

import org.jspecify.annotations.NullMarked;
