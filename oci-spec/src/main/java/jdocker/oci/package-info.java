/** The OCI runtime and image specifications as records. */
@NullMarked
package jdocker.oci;

import org.jspecify.annotations.NullMarked;
