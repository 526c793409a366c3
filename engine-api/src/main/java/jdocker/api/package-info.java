/** What goes over the wire: the Docker Engine API's records and their JSON, per API version. */
@NullMarked
package jdocker.api;

import org.jspecify.annotations.NullMarked;
