/** Bridges, addresses, published ports and network namespaces: values in, kernel state out; knows nothing of containers. */
@NullMarked
package jdocker.network;

import org.jspecify.annotations.NullMarked;
