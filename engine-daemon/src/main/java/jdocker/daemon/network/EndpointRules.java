package jdocker.daemon.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.api.EndpointSettings;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.network.MacAddress;
import jdocker.network.address.AddressBlock;
import jdocker.network.address.IpAddress;
import org.jspecify.annotations.Nullable;

/** What may be asked for on a network: Docker's rules and words. */
public final class EndpointRules {
    private final List<String> problems = new ArrayList<>();

    private EndpointRules() {}

    /**
     * @param name the network's, as it was asked for
     * @param network empty when it does not exist yet: then it is looked at again at the start
     * @throws InvalidRequest listing what cannot be
     */
    public static void check(String name, Optional<Network> network, EndpointSettings settings) {
        var rules = new EndpointRules();
        rules.check(!Network.PREDEFINED.contains(name) && !name.equals("default"), network, settings);
        if (!rules.problems.isEmpty()) {
            throw new InvalidRequest("invalid endpoint settings:\n" + String.join("\n", rules.problems));
        }
    }

    private void check(boolean userDefined, Optional<Network> network, EndpointSettings settings) {
        EndpointSettings.EndpointIpamConfig ipam = settings.ipamConfig();
        String v4 = ipam == null ? "" : ipam.ipv4Address();
        String v6 = ipam == null ? "" : ipam.ipv6Address();
        if (!userDefined && (!v4.isEmpty() || !v6.isEmpty())) {
            problems.add("user specified IP address is supported on user defined networks only");
        }
        if (!userDefined && settings.aliases() != null && !settings.aliases().isEmpty()) {
            problems.add("network-scoped aliases are only supported for user-defined networks");
        }
        boolean goodV4 = address(v4, false);
        boolean goodV6 = address(v6, true);
        if (userDefined && goodV4 && goodV6 && network.isPresent()) {
            within(v4, false, network.get());
            within(v6, true, network.get());
        }
        names(settings.aliases());
        if (!settings.macAddress().isEmpty() && !isMac(settings.macAddress())) {
            throw new InvalidRequest("invalid MAC address " + settings.macAddress());
        }
        if (ipam != null && ipam.linkLocalIps() != null && !ipam.linkLocalIps().isEmpty()) {
            ipam.linkLocalIps().forEach(this::linkLocal);
        }
        if (settings.driverOpts() != null) {
            sysctls(settings.driverOpts());
        }
    }

    private boolean address(String text, boolean v6) {
        if (text.isEmpty()) {
            return true;
        }
        Optional<IpAddress> address = IpAddress.parse(text);
        boolean good = address.isPresent()
                && address.get().v6() == v6
                && !address.get().isUnspecified();
        if (!good) {
            problems.add("invalid " + (v6 ? "IPv6" : "IPv4") + " address: " + text);
        }
        return good;
    }

    private void linkLocal(String text) {
        if (IpAddress.parse(text).filter(EndpointRules::isLinkLocal).isEmpty()) {
            problems.add("invalid link-local IP address: " + text + ": 169.254.0.0/16 and fe80::/10 are");
        }
    }

    private static boolean isLinkLocal(IpAddress address) {
        return address.toInet().isLinkLocalAddress();
    }

    private void within(String text, boolean v6, Network network) {
        Optional<IpAddress> address = IpAddress.parse(text);
        if (address.isEmpty()) {
            return;
        }
        List<AddressBlock> asked = network.ranges().stream()
                .filter(Network.Range::asked)
                .map(Network.Range::block)
                .filter(block -> block.v6() == v6)
                .toList();
        if (asked.isEmpty()) {
            problems.add("user specified IP address is supported only when connecting to networks with user configured"
                    + " subnets");
        } else if (asked.stream().noneMatch(block -> block.contains(address.get()))) {
            problems.add("no configured subnet or ip-range contain the IP address " + text);
        }
    }

    private static boolean isMac(String text) {
        try {
            return !new MacAddress(text).text().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    // A name goes into answers and /etc/hosts: what breaks lines there does not get in.
    private void names(@Nullable List<String> aliases) {
        if (aliases != null) {
            aliases.stream()
                    .filter(alias -> alias.isEmpty() || !alias.chars().allMatch(c -> c > ' ' && c != 127))
                    .forEach(alias -> problems.add("invalid alias '" + alias + "'"));
        }
    }

    private void sysctls(Map<String, String> options) {
        for (String name : KernelSpecs.sysctls(options).keySet()) {
            String[] parts = name.split("\\.", 5);
            boolean good = parts.length == 5
                    && parts[0].equals("net")
                    && List.of("ipv4", "ipv6", "mpls").contains(parts[1])
                    && List.of("conf", "neigh").contains(parts[2])
                    && parts[3].equals("IFNAME")
                    && parts[4].matches("[a-z0-9_]+");
            if (!good) {
                problems.add("unrecognised network interface sysctl '" + name + "'; represent 'net.X.Y.ethN.Z=V' as"
                        + " 'net.X.Y.IFNAME.Z=V', 'X' must be 'ipv4', 'ipv6' or 'mpls'");
            }
        }
    }
}
