/** Netlink messages and what the kernel's network is asked with them: links, addresses, routes, neighbours, connections. */
@NullMarked
package jdocker.kernel.netlink;

import org.jspecify.annotations.NullMarked;
