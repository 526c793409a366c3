/** Layers, their diffs, overlay mounts, and the unpacking of untrusted archives. */
@NullMarked
package jdocker.storage;

import org.jspecify.annotations.NullMarked;
