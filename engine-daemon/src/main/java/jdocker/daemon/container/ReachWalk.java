package jdocker.daemon.container;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import jdocker.api.NetworkReach;
import jdocker.api.NetworkReach.Step;
import jdocker.daemon.container.Listeners.Listener;
import jdocker.daemon.container.ReachFacts.Place;
import jdocker.daemon.container.ReachFacts.Side;
import jdocker.network.SandboxView;

/** The way of a connection from one container to another, step by step to where it stops. */
final class ReachWalk {
    private static final String OK = "ok";
    private static final String STOPS = "stops";
    private static final String SKIPPED = "skipped";

    private final Side from;
    private final Side to;
    private final ReachFacts facts;
    private final List<Step> steps = new ArrayList<>();

    /** {@code protocol}: tcp or udp. */
    record Port(int number, String protocol) {
        @Override
        public String toString() {
            return number + "/" + protocol;
        }
    }

    private ReachWalk(Side from, Side to, ReachFacts facts) {
        this.from = from;
        this.to = to;
        this.facts = facts;
    }

    /** @param called what the one that asks calls the other */
    static NetworkReach walk(Side from, Side to, String called, Optional<Port> port, ReachFacts facts) {
        var walk = new ReachWalk(from, to, facts);
        walk.go(called, port);
        String stopsAt = walk.steps.stream()
                .filter(step -> step.outcome().equals(STOPS))
                .map(Step::step)
                .findFirst()
                .orElse("");
        return new NetworkReach(
                from.name(), to.name(), port.map(Port::toString).orElse(""), stopsAt.isEmpty(), stopsAt, walk.steps);
    }

    private void go(String called, Optional<Port> port) {
        if (!runs(from) || !runs(to)) {
            return;
        }
        ok("container", "both run");
        Optional<InetAddress> found = names(called);
        if (found.isEmpty()) {
            return;
        }
        InetAddress address = found.get();
        if (route(address) && rule(address, port)) {
            port.ifPresentOrElse(
                    wanted -> listener(address, wanted),
                    () -> skipped("listener", "no port was named; name one to see who listens"));
        }
    }

    private boolean runs(Side side) {
        if (!side.running()) {
            stops("container", side.name() + " does not run: " + side.status(), "jdocker start " + side.name());
        } else if (side.paused()) {
            stops("container", side.name() + " is paused", "jdocker unpause " + side.name());
        }
        return side.running() && !side.paused();
    }

    // ---- dns

    private Optional<InetAddress> names(String called) {
        if (to.host()) {
            stops(
                    "dns",
                    to.name() + " uses the host's network and has no address of its own",
                    "ask for the host: run " + from.name() + " with --add-host host.docker.internal:host-gateway");
            return Optional.empty();
        }
        if (to.places().isEmpty()) {
            stops("dns", to.name() + " is on no network", "jdocker network connect NETWORK " + to.name());
            return Optional.empty();
        }
        if (from.host()) {
            InetAddress address = to.places().getFirst().addresses().getFirst();
            skipped(
                    "dns",
                    from.name() + " uses the host's resolver, which knows no containers; " + to.name() + " is "
                            + text(address));
            return Optional.of(address);
        }
        List<InetAddress> answer = facts.resolve(called);
        if (!answer.isEmpty()) {
            ok("dns", called + " is " + answer.stream().map(ReachWalk::text).collect(Collectors.joining(", ")));
            return Optional.of(answer.getFirst());
        }
        return unnamed(called);
    }

    private Optional<InetAddress> unnamed(String called) {
        List<Place> shared = to.places().stream()
                .filter(place -> on(place.network()).isPresent())
                .toList();
        if (shared.isEmpty()) {
            String network = to.places().getFirst().network();
            stops(
                    "dns",
                    "they share no network: " + from.name() + " is on " + networks(from) + ", " + to.name() + " on "
                            + networks(to),
                    "jdocker network connect " + network + " " + from.name());
            return Optional.empty();
        }
        Place place = shared.getFirst();
        boolean anyNames = shared.stream().anyMatch(Place::named);
        stops(
                "dns",
                anyNames
                        ? "nobody is called " + called + " on " + place.network() + "; " + to.name() + " is "
                                + text(place.addresses().getFirst())
                        : "names are not resolved on the network " + place.network() + "; by address it is "
                                + text(place.addresses().getFirst()),
                anyNames
                        ? "use the name " + to.name() + ", or give it an alias: jdocker network connect --alias"
                        : "put both on a network of their own: jdocker network create NAME");
        return Optional.of(place.addresses().getFirst());
    }

    private static String networks(Side side) {
        return side.places().isEmpty()
                ? "none"
                : side.places().stream().map(Place::network).collect(Collectors.joining(", "));
    }

    private Optional<Place> on(String network) {
        return from.places().stream()
                .filter(place -> place.network().equals(network))
                .findFirst();
    }

    // ---- route

    private boolean route(InetAddress address) {
        if (from.host()) {
            ok("route", "the host is on all bridges");
            return true;
        }
        SandboxView view = facts.view();
        Optional<SandboxView.Route> route = view.routes().stream()
                .filter(one -> matches(one, address))
                .max((a, b) -> Integer.compare(prefix(a), prefix(b)));
        if (route.isEmpty()) {
            stops(
                    "route",
                    from.name() + " has no route to " + text(address),
                    "jdocker network connect " + to.places().getFirst().network() + " " + from.name());
            return false;
        }
        String name = route.get().interfaceName();
        boolean up = view.interfaces().stream().anyMatch(one -> one.name().equals(name) && one.up());
        if (!up) {
            stops("route", name + " of " + from.name() + " is down", "jdocker restart " + from.name());
            return false;
        }
        ok(
                "route",
                text(address) + " lies behind " + name
                        + route.get()
                                .gateway()
                                .map(gateway -> " by way of " + text(gateway))
                                .orElse(", directly"));
        return true;
    }

    private static int prefix(SandboxView.Route route) {
        return route.destination().prefix();
    }

    private static boolean matches(SandboxView.Route route, InetAddress address) {
        return route.destination().contains(address);
    }

    // ---- rule

    private boolean rule(InetAddress address, Optional<Port> port) {
        if (from.host()) {
            ok("rule", "what the host itself sends passes");
            return true;
        }
        Place target = to.places().stream()
                .filter(place -> place.addresses().contains(address))
                .findFirst()
                .orElseGet(() -> to.places().getFirst());
        if (on(target.network()).isEmpty()) {
            stops(
                    "rule",
                    "networks are kept apart: " + target.network() + " lets nobody in from " + networks(from),
                    "jdocker network connect " + target.network() + " " + from.name());
            return false;
        }
        if (!target.icc()) {
            return link(target, address, port);
        }
        ok("rule", "the network " + target.network() + " lets its containers reach each other");
        return true;
    }

    /** Where containers are kept apart, links open single ports. */
    private boolean link(Place target, InetAddress address, Optional<Port> port) {
        List<Port> linked = facts.linked(address);
        String opened = linked.stream().map(Port::toString).collect(Collectors.joining(", "));
        if (linked.isEmpty()) {
            stops(
                    "rule",
                    "the network " + target.network()
                            + " forbids its containers to reach each other (enable_icc=false)",
                    "publish the port, or make the network without that option");
            return false;
        }
        if (port.isPresent() && !linked.contains(port.get())) {
            stops(
                    "rule",
                    "the link to " + to.name() + " opens " + opened + " and nothing else",
                    "expose the port: run " + to.name() + " with --expose " + port.get());
            return false;
        }
        ok("rule", "the link to " + to.name() + " opens " + opened);
        return true;
    }

    // ---- listener

    private void listener(InetAddress address, Port port) {
        List<Listener> all = facts.listeners();
        List<Listener> onPort = all.stream()
                .filter(one -> one.port() == port.number() && one.protocol().equals(port.protocol()))
                .toList();
        if (onPort.isEmpty()) {
            String others = all.stream()
                    .filter(one -> !one.address().isLoopbackAddress())
                    .map(Listener::toString)
                    .distinct()
                    .collect(Collectors.joining(", "));
            stops(
                    "listener",
                    "nothing in " + to.name() + " listens on " + port
                            + (others.isEmpty() ? "" : "; it does on " + others),
                    "see what it says: jdocker logs " + to.name());
            return;
        }
        if (onPort.stream().noneMatch(one -> one.takes(address))) {
            stops(
                    "listener",
                    to.name() + " listens on " + onPort.getFirst() + " only, which is not " + text(address),
                    "have it listen on 0.0.0.0");
            return;
        }
        ok("listener", to.name() + " listens on " + onPort.getFirst());
        connection(address, port);
    }

    private void connection(InetAddress address, Port port) {
        if (!port.protocol().equals("tcp")) {
            skipped("connection", "not tried: only its owner knows what to say by " + port.protocol());
            return;
        }
        facts.connect(address, port.number())
                .ifPresentOrElse(
                        why -> stops(
                                "connection",
                                "no connection although all else is right: " + why,
                                "look for rules of others: iptables-save, JDOCKER-USER, and those in " + to.name()),
                        () -> ok("connection", "a connection from " + from.name() + " was accepted"));
    }

    private void ok(String step, String says) {
        steps.add(new Step(step, OK, says, ""));
    }

    private void skipped(String step, String says) {
        steps.add(new Step(step, SKIPPED, says, ""));
    }

    private void stops(String step, String says, String remedy) {
        steps.add(new Step(step, STOPS, says, remedy));
    }

    private static String text(InetAddress address) {
        return address.getHostAddress();
    }
}
