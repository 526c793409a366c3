package jdocker.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import jdocker.kernel.Errno;
import jdocker.kernel.Kernel;
import jdocker.kernel.netlink.Connections;
import jdocker.kernel.netlink.Link;
import jdocker.kernel.netlink.LinkChange;
import jdocker.kernel.netlink.NetlinkException;
import jdocker.kernel.netlink.RouteNetlink;

/** {@link BridgeNetworks} in the running kernel, in the network namespace of the thread that opens it. */
public final class KernelNetworks implements BridgeNetworks {
    private final RouteNetlink host;
    private final Connections connections;
    private final Firewall firewall;
    private final Instance instance;
    private final KernelBridges bridges;
    private final KernelSandboxes sandboxes;
    private final KernelPorts ports;
    private final KernelLinks links;
    private final boolean rules;
    private boolean closed;

    private KernelNetworks(Kernel kernel, NetworkOptions options, Names tools) {
        instance = Instance.of(options.execRoot());
        host = new RouteNetlink(kernel);
        connections = new Connections(kernel);
        List<RuleFamily> families = families(kernel, options, tools);
        firewall = new Firewall(families);
        bridges = new KernelBridges(host, firewall, families, instance, options);
        sandboxes =
                new KernelSandboxes(kernel, host, instance, options.execRoot().resolve("netns"));
        ports = new KernelPorts(kernel, bridges, firewall, connections, options);
        links = new KernelLinks(bridges, firewall, options);
        rules = options.iptables();
    }

    /** Which variant of iptables. */
    record Names(String v4, String v6) {
        static final Names HOST = new Names("iptables", "ip6tables");
    }

    /**
     * Opens them; touches nothing yet.
     *
     * @throws FirewallException if rules are wanted and there is no iptables
     */
    public static BridgeNetworks open(Kernel kernel, NetworkOptions options) {
        return new KernelNetworks(kernel, options, Names.HOST);
    }

    static BridgeNetworks open(Kernel kernel, NetworkOptions options, Names tools) {
        return new KernelNetworks(kernel, options, tools);
    }

    private List<RuleFamily> families(Kernel kernel, NetworkOptions options, Names tools) {
        List<RuleFamily> families = new ArrayList<>();
        for (boolean v6 : new boolean[] {false, true}) {
            if (!(v6 ? options.ip6tables() : options.iptables())) {
                continue;
            }
            String name = v6 ? tools.v6() : tools.v4();
            Iptables iptables = Iptables.find(kernel, name)
                    .orElseThrow(() -> new FirewallException("there is no " + name
                            + "-restore: install iptables, or run with --" + (v6 ? "ip6tables" : "iptables")
                            + "=false and without published ports' rules"));
            families.add(new RuleFamily(iptables, new Connections(kernel), instance, v6, options.allowDirectRouting()));
        }
        return families;
    }

    @Override
    public Bridges bridges() {
        return bridges;
    }

    @Override
    public Sandboxes sandboxes() {
        return sandboxes;
    }

    @Override
    public Ports ports() {
        return ports;
    }

    @Override
    public void link(List<LinkedPort> all) {
        links.set(all);
    }

    @Override
    public Reconciled reconcile(WantedState wanted) {
        List<String> removed = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        sandboxes
                .files()
                .releaseOthers(wanted.sandboxes().stream()
                        .map(WantedState.WantedSandbox::sandboxId)
                        .toList())
                .forEach(name -> removed.add("network namespace " + name));
        List<KernelBridges.Begun> begun = new ArrayList<>();
        Map<String, List<Publication>> publications = new HashMap<>();
        List<CompletableFuture<Boolean>> linked = new ArrayList<>();
        // One run: the rules of an earlier daemon lead to the ports until ours do.
        firewall.together(() -> {
            for (BridgeSpec spec : wanted.bridges()) {
                attempt(problems, "network " + spec.networkId(), () -> begun.add(bridges.restore(spec)));
            }
            for (WantedState.WantedSandbox sandbox : wanted.sandboxes()) {
                publications.put(sandbox.sandboxId(), publishAgain(sandbox, problems));
            }
            if (rules && !wanted.links().isEmpty()) {
                linked.add(firewall.insist(state -> state.linked(wanted.links())));
            }
        });
        for (KernelBridges.Begun one : begun) {
            attempt(problems, "network " + one.spec().networkId(), () -> problems.addAll(bridges.finishRestored(one)));
        }
        attempt(problems, "links", () -> linkAgain(linked));
        removeOrphans(wanted, removed);
        for (WantedState.WantedSandbox sandbox : wanted.sandboxes()) {
            plugAgain(sandbox, problems);
        }
        publications.forEach(
                (sandbox, list) -> list.forEach(publication -> attempt(problems, words(sandbox), publication::await)));
        sandboxes.start();
        return new Reconciled(publications, removed, problems);
    }

    /** The rules first. */
    private void linkAgain(List<CompletableFuture<Boolean>> rules) {
        try {
            rules.forEach(Firewall::await);
        } catch (FirewallException e) {
            firewall.later(() -> links.route(firewall.state().links()));
            throw e;
        }
        links.route(firewall.state().links());
    }

    private static String words(String sandboxId) {
        return "sandbox " + sandboxId;
    }

    private void removeOrphans(WantedState wanted, List<String> removed) {
        Set<String> endpoints = wanted.sandboxes().stream()
                .flatMap(sandbox -> sandbox.endpoints().stream())
                .map(EndpointSpec::endpointId)
                .collect(Collectors.toSet());
        for (Link link : host.links()) {
            boolean ours = link.group() == instance.linkGroup();
            if (ours && link.kind().equals("veth") && !endpoints.contains(link.alias())) {
                try {
                    host.change(link.index(), new LinkChange().master(0).up(false));
                    host.delete(link.index());
                    removed.add("interface " + link.name());
                } catch (NetlinkException e) {
                    if (!e.is(Errno.ENODEV)) { // the kernel still takes apart what an ended namespace has had
                        throw e;
                    }
                }
            }
        }
        for (Link bridge : bridges.orphans(wanted.bridges())) {
            host.delete(bridge.index());
            removed.add("bridge " + bridge.name());
        }
    }

    private List<Publication> publishAgain(WantedState.WantedSandbox wanted, List<String> problems) {
        List<Publication> begun = new ArrayList<>();
        for (PublishRequest request : wanted.ports()) {
            attempt(problems, words(wanted.sandboxId()), () -> begun.add(ports.restore(request)));
        }
        return begun;
    }

    private void plugAgain(WantedState.WantedSandbox wanted, List<String> problems) {
        String name = words(wanted.sandboxId());
        Optional<KernelSandbox> sandbox = sandboxes.reopen(wanted.sandboxId());
        if (sandbox.isEmpty()) {
            problems.add(name + ": its network namespace has gone");
            return;
        }
        for (EndpointSpec endpoint : wanted.endpoints()) {
            attempt(problems, name, () -> {
                if (!sandbox.get().repair(endpoint)) {
                    sandbox.get().attach(List.of(endpoint), Optional.empty());
                }
            });
        }
    }

    private static void attempt(List<String> problems, String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            problems.add(what + ": " + e.getMessage());
        }
    }

    /** Twice does no harm. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        ports.close();
        sandboxes.close();
        firewall.close();
        connections.close();
        host.close();
    }
}
