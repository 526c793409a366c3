package jdocker.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Our chains of one address family with their rules, in iptables' language: table, chain, rules. Nothing in it is for one
 * container but its published ports. {@code docs/networking.md} says what each is for.
 */
record RuleBook(Map<String, Map<String, List<String>>> tables) {

    /** The rules by which the kernel's chains lead to ours: table, then rule with its chain in front. */
    record Hook(String table, String chain, String rule) {}

    /** The table that packets pass before connection tracking. */
    static final String GUARD = "raw";

    /**
     * With the rules of the table raw in another, where the kernel has no raw.
     *
     * @param table that packets pass before any translation, too: mangle; empty for none
     */
    RuleBook guardedBy(String table) {
        if (table.equals(GUARD)) {
            return this;
        }
        var moved = new TreeMap<>(tables);
        Map<String, List<String>> guard = moved.remove(GUARD);
        if (guard != null && !table.isEmpty()) {
            moved.put(table, guard);
        }
        return new RuleBook(moved);
    }

    static List<Hook> guardedBy(String table, List<Hook> hooks) {
        return hooks.stream()
                .filter(hook -> !table.isEmpty() || !hook.table().equals(GUARD))
                .map(hook -> hook.table().equals(GUARD) ? new Hook(table, hook.chain(), hook.rule()) : hook)
                .toList();
    }

    static RuleBook of(FirewallState state, Instance instance, boolean v6, boolean directRouting) {
        return new Writer(state, instance, v6, directRouting).write();
    }

    static List<Hook> hooks(Instance instance, boolean v6) {
        String local = "-m addrtype --dst-type LOCAL -j ";
        return List.of(
                new Hook("raw", "PREROUTING", "-j " + instance.rawChain()),
                new Hook("nat", "PREROUTING", local + instance.mainChain()),
                // Nothing with the source ::1 leaves the host, so what the host sends there is for the proxy.
                new Hook("nat", "OUTPUT", (v6 ? "! -d ::1/128 " : "") + local + instance.mainChain()),
                new Hook("nat", "OUTPUT", local + instance.localChain()),
                new Hook("nat", "POSTROUTING", "-j " + instance.postroutingChain()),
                new Hook("filter", "FORWARD", "-j " + instance.forwardChain()));
    }

    static final Hook USER_HOOK = new Hook("filter", "FORWARD", "-j " + Instance.USER_CHAIN);

    private static final class Writer {
        private static final String ESTABLISHED = " -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";
        private static final String TRANSLATED = " -m conntrack --ctstate DNAT";

        private final FirewallState state;
        private final Instance instance;
        private final boolean v6;
        private final boolean directRouting;
        private final List<String> raw = new ArrayList<>();
        private final List<String> nat = new ArrayList<>();
        private final List<String> natLocal = new ArrayList<>();
        private final List<String> post = new ArrayList<>();
        private final List<String> isolation = new ArrayList<>();
        private final List<String> into = new ArrayList<>();
        private final List<String> forward = new ArrayList<>();

        Writer(FirewallState state, Instance instance, boolean v6, boolean directRouting) {
            this.state = state;
            this.instance = instance;
            this.v6 = v6;
            this.directRouting = directRouting;
        }

        RuleBook write() {
            forward.add("-j " + instance.isolationChain());
            forward.add("-j " + instance.mainChain());
            var opened = new LinkedHashMap<String, List<PublishedPort>>();
            for (FirewallState.Ports ports : state.ports().values()) {
                opened.computeIfAbsent(ports.networkId(), _ -> new ArrayList<>())
                        .addAll(ports.list());
            }
            for (BridgeSpec network : state.networks().values()) {
                if (network.subnets(v6).isEmpty()) {
                    // Who brings a family of his own gets nowhere with it.
                    isolation.add("-i " + network.bridgeName() + " -j DROP");
                    isolation.add("-o " + network.bridgeName() + " -j DROP");
                } else {
                    network(network, opened.getOrDefault(network.networkId(), List.of()));
                }
            }
            var tables = new TreeMap<String, Map<String, List<String>>>();
            tables.put("raw", chains(instance.rawChain(), raw));
            Map<String, List<String>> natChains = chains(instance.mainChain(), nat);
            natChains.put(instance.localChain(), natLocal);
            natChains.put(instance.postroutingChain(), post);
            tables.put("nat", natChains);
            Map<String, List<String>> filterChains = chains(instance.isolationChain(), isolation);
            filterChains.put(instance.mainChain(), into);
            filterChains.put(instance.forwardChain(), forward);
            tables.put("filter", filterChains);
            return new RuleBook(tables);
        }

        private static Map<String, List<String>> chains(String first, List<String> rules) {
            var chains = new LinkedHashMap<String, List<String>>();
            chains.put(first, rules);
            return chains;
        }

        private void network(BridgeSpec network, List<PublishedPort> ports) {
            String bridge = network.bridgeName();
            guard(network);
            if (network.internal()) {
                isolation.add("-i " + bridge + " ! -o " + bridge + " -j DROP");
                isolation.add("-o " + bridge + " ! -i " + bridge + " -j DROP");
            }
            into.add("-o " + bridge + ESTABLISHED);
            GatewayMode mode = network.mode(v6);
            switch (mode) {
                // Only what a rule of nat has sent here: published ports need no rule of their own in filter.
                case NAT, ISOLATED -> into.add("-o " + bridge + TRANSLATED + " -j ACCEPT");
                case NAT_UNPROTECTED -> into.add("! -i " + bridge + " -o " + bridge + " -j ACCEPT");
                case ROUTED -> {
                    into.add("! -i " + bridge + " -o " + bridge + (v6 ? " -p ipv6-icmp" : " -p icmp") + " -j ACCEPT");
                    ports.stream().filter(this::ours).forEach(port -> into.add(openPort(bridge, port)));
                }
            }
            if (!network.icc()) {
                links(network);
            }
            into.add("-i " + bridge + " -o " + bridge + (network.icc() ? " -j ACCEPT" : " -j DROP"));
            into.add("! -i " + bridge + " -o " + bridge + " -j DROP");
            if (!network.internal()) {
                forward.add("-i " + bridge + " -j ACCEPT");
            }
            translate(network, ports);
        }

        /** Before any translation. */
        private void guard(BridgeSpec network) {
            String bridge = network.bridgeName();
            if (!v6) {
                // The bridge routes 127.0.0.0/8 for published ports; its containers must not use that.
                raw.add("-d 127.0.0.0/8 -i " + bridge + " -j DROP");
                raw.add("-s 127.0.0.0/8 -i " + bridge + " -j DROP");
            }
            if (network.mode(v6) == GatewayMode.NAT && (network.masquerade() || network.internal()) && !directRouting) {
                // Nobody but the host and its own containers knows these addresses; the host's own are its business.
                for (Subnet subnet : network.subnets(v6)) {
                    raw.add("-d " + subnet + " ! -i " + bridge + " -m addrtype ! --dst-type LOCAL -j DROP");
                }
            }
        }

        private void translate(BridgeSpec network, List<PublishedPort> ports) {
            String bridge = network.bridgeName();
            GatewayMode mode = network.mode(v6);
            if (mode == GatewayMode.ROUTED || network.internal()) {
                return;
            }
            for (Subnet subnet : network.subnets(v6)) {
                if (network.masquerade()) {
                    post.add("-s " + subnet + " ! -o " + bridge + " -j MASQUERADE");
                }
                // Hairpin: the answer would go straight to the asker, who waits for one from the host.
                post.add("-s " + subnet + " -o " + bridge + TRANSLATED + " -j MASQUERADE");
            }
            post.add("-o " + bridge + " -m addrtype --src-type LOCAL" + TRANSLATED + " -j MASQUERADE");
            for (PublishedPort port : ports) {
                if (ours(port) && Addresses.isV6(port.hostAddress()) == v6) {
                    (port.hostAddress().isLoopbackAddress() ? natLocal : nat).add(translation(network, port));
                }
            }
        }

        /** Answers need no rule of their own: they belong to what is established. */
        private void links(BridgeSpec network) {
            String bridge = network.bridgeName();
            for (LinkedPort link : state.links()) {
                if (link.networkId().equals(network.networkId()) && Addresses.isV6(link.to()) == v6) {
                    into.add("-s " + Addresses.text(link.from()) + "/32 -d " + Addresses.text(link.to()) + "/32 -i "
                            + bridge + " -o " + bridge + " " + service(link.protocol(), link.port()) + " -j ACCEPT");
                }
            }
        }

        private boolean ours(PublishedPort port) {
            return Addresses.isV6(port.containerAddress()) == v6;
        }

        private String translation(BridgeSpec network, PublishedPort port) {
            InetAddress to = port.containerAddress();
            String address = v6 ? "[" + Addresses.text(to) + "]" : Addresses.text(to);
            // Isolated ports: what comes from the bridge itself would be led straight to another port, and dropped.
            String source = network.icc() ? "" : "! -i " + network.bridgeName() + " ";
            return destination(port.hostAddress()) + source + service(port.protocol(), port.hostPort())
                    + " -j DNAT --to-destination " + address + ":" + port.containerPort();
        }

        private String openPort(String bridge, PublishedPort port) {
            return destination(port.containerAddress()) + "! -i " + bridge + " -o " + bridge + " "
                    + service(port.protocol(), port.containerPort()) + " -j ACCEPT";
        }

        private static String destination(InetAddress address) {
            return address.isAnyLocalAddress()
                    ? ""
                    : "-d " + Addresses.text(address) + (Addresses.isV6(address) ? "/128 " : "/32 ");
        }

        private static String service(Protocol protocol, int port) {
            String name = protocol.label();
            return "-p " + name + " -m " + name + " --dport " + port;
        }
    }
}
