package jdocker.network;

import java.nio.file.Path;

/**
 * What holds for all networks of a daemon; dockerd's flags.
 *
 * @param execRoot below which the namespaces are kept; daemons differ by it
 * @param iptables whether IPv4 rules are made at all
 * @param ip6tables likewise for IPv6
 * @param ipForward whether forwarding is enabled where it is off
 * @param forwardDrop whether, having enabled it, what is not ours is no longer forwarded (--ip-forward-no-drop negated)
 * @param userlandProxy whether what address translation can't reach (::1, and IPv6 to IPv4) is passed on by a proxy
 * @param allowDirectRouting whether published ports are reachable at the containers' own addresses from other hosts
 */
public record NetworkOptions(
        Path execRoot,
        boolean iptables,
        boolean ip6tables,
        boolean ipForward,
        boolean forwardDrop,
        boolean userlandProxy,
        boolean allowDirectRouting) {
    /** Docker's defaults. */
    public static NetworkOptions defaults(Path execRoot) {
        return new NetworkOptions(execRoot, true, true, true, true, true, false);
    }
}
