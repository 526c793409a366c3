/** Which addresses networks and containers get: pure logic, nothing here touches the kernel. */
@NullMarked
package jdocker.network.address;

import org.jspecify.annotations.NullMarked;
