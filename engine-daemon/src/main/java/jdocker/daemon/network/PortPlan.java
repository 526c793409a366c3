package jdocker.daemon.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import jdocker.api.PortBinding;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.network.Addresses;
import jdocker.network.PortRange;
import jdocker.network.PortRequest;
import jdocker.network.Protocol;
import jdocker.network.address.IpAddress;

/** Which ports a container wants published, from what it exposes and binds. */
public final class PortPlan {
    private static final int MAX = 65_535;

    private PortPlan() {}

    /**
     * What was asked for.
     *
     * @param exposed such as {@code 80/tcp}
     * @param bindings by port, as the API has them; empty lists for any port of the host
     * @param publishAll whether exposed ports without a binding are published too
     */
    public record Wish(Set<String> exposed, Map<String, List<PortBinding>> bindings, boolean publishAll) {
        /** Exposed or published, each once. */
        public List<String> containerPorts() {
            return Stream.concat(exposed.stream(), bindings.keySet().stream())
                    .map(ContainerPort::parse)
                    .sorted()
                    .distinct()
                    .map(ContainerPort::toString)
                    .toList();
        }

        /** Nothing is exposed. */
        public static final Wish NONE = new Wish(Set.of(), Map.of(), false);

        public Wish {
            exposed = Set.copyOf(exposed);
            bindings = Map.copyOf(bindings);
        }
    }

    /** A container's port, such as {@code 80/tcp}. */
    public record ContainerPort(int number, Protocol protocol) implements Comparable<ContainerPort> {

        /** @throws InvalidRequest when it is none */
        public static ContainerPort parse(String text) {
            int slash = text.indexOf('/');
            String number = slash < 0 ? text : text.substring(0, slash);
            try {
                int port = number.matches("[0-9]{1,5}") ? Integer.parseInt(number) : 0;
                if (port >= 1 && port <= MAX) {
                    return new ContainerPort(port, Protocol.of(slash < 0 ? "tcp" : text.substring(slash + 1)));
                }
            } catch (IllegalArgumentException e) {
                throw new InvalidRequest("invalid port specification: \"" + text + "\": " + e.getMessage());
            }
            throw new InvalidRequest("invalid port specification: \"" + text + "\"");
        }

        @Override
        public int compareTo(ContainerPort other) {
            return Comparator.comparingInt(ContainerPort::number)
                    .thenComparing(ContainerPort::protocol)
                    .compare(this, other);
        }

        @Override
        public String toString() {
            return number + "/" + protocol.label();
        }
    }

    /**
     * Checks without doing anything, for a container that is being made.
     *
     * @throws InvalidRequest naming what is wrong
     */
    public static void check(Wish wish) {
        requests(wish, List.of(InetAddress.getLoopbackAddress()));
    }

    /**
     * What the kernel is asked for.
     *
     * @param everywhere the addresses that ports are published on that name none
     */
    static List<PortRequest> requests(Wish wish, List<InetAddress> everywhere) {
        var ports = new TreeMap<ContainerPort, List<PortBinding>>();
        for (String text : wish.exposed()) {
            ports.put(ContainerPort.parse(text), wish.publishAll() ? List.of(new PortBinding("", "")) : List.of());
        }
        wish.bindings().forEach((text, bindings) -> {
            List<PortBinding> given =
                    bindings == null || bindings.isEmpty() ? List.of(new PortBinding("", "")) : bindings;
            ports.put(ContainerPort.parse(text), given);
        });
        var requests = new LinkedHashSet<PortRequest>();
        ports.forEach((port, bindings) -> {
            for (PortBinding binding : bindings) {
                List<InetAddress> addresses =
                        binding.hostIp().isEmpty() ? everywhere : List.of(hostAddress(binding.hostIp()));
                requests.add(new PortRequest(port.protocol(), addresses, range(binding.hostPort()), port.number()));
            }
        });
        return List.copyOf(requests);
    }

    private static InetAddress hostAddress(String text) {
        return IpAddress.parse(text)
                .orElseThrow(() -> new InvalidRequest("invalid host address of a port: \"" + text + "\""))
                .toInet();
    }

    private static PortRange range(String text) {
        if (text.isEmpty() || text.equals("0")) {
            return PortRange.ANY;
        }
        int dash = text.indexOf('-');
        String first = dash < 0 ? text : text.substring(0, dash);
        String last = dash < 0 ? text : text.substring(dash + 1);
        if (first.matches("[0-9]{1,5}") && last.matches("[0-9]{1,5}")) {
            try {
                return new PortRange(Integer.parseInt(first), Integer.parseInt(last));
            } catch (IllegalArgumentException e) {
                throw new InvalidRequest("invalid port specification: \"" + text + "\"");
            }
        }
        throw new InvalidRequest("invalid port specification: \"" + text + "\"");
    }

    /** The same ports again, for a sandbox that moves or is adopted. */
    static List<PortRequest> again(List<ContainerSandbox.HostPort> ports) {
        record Key(String protocol, int port, int containerPort) {}
        var groups = new LinkedHashMap<Key, List<InetAddress>>();
        for (ContainerSandbox.HostPort p : ports) {
            groups.computeIfAbsent(new Key(p.protocol(), p.port(), p.containerPort()), _ -> new ArrayList<>())
                    .add(Addresses.parse(p.address()));
        }
        return groups.entrySet().stream()
                .map(e -> new PortRequest(
                        Protocol.of(e.getKey().protocol()),
                        e.getValue(),
                        PortRange.of(e.getKey().port()),
                        e.getKey().containerPort()))
                .toList();
    }
}
