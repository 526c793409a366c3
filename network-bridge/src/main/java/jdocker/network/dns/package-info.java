/** The resolver that every container reaches as 127.0.0.11: names of containers, and all others by the host's servers. */
@NullMarked
package jdocker.network.dns;

import org.jspecify.annotations.NullMarked;
