/** The Linux kernel behind interfaces of our own: system calls, netlink, pidfd, terminals, libseccomp. */
@NullMarked
package jdocker.kernel;

import org.jspecify.annotations.NullMarked;
