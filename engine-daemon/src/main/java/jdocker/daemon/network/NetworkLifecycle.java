package jdocker.daemon.network;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jdocker.api.Ipam;
import jdocker.api.NetworkCreateRequest;
import jdocker.api.NetworkCreated;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.error.EngineException;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.Forbidden;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.Undo;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.network.Bridges;
import jdocker.network.address.AddressBook;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and removes networks. One at a time, so that two never choose the same subnet; on work threads. */
final class NetworkLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkLifecycle.class);
    private static final int ID_BYTES = 32;
    private static final Ipam NO_IPAM = new Ipam("default", null, List.of());

    private final StateStore store;
    private final Bridges bridges;
    private final KernelSpecs specs;
    private final SubnetChoice subnets;
    private final AddressBook book;
    private final DaemonConfig.Networks settings;
    private final SecureRandom random = new SecureRandom();

    NetworkLifecycle(
            StateStore store,
            Bridges bridges,
            KernelSpecs specs,
            SubnetChoice subnets,
            AddressBook book,
            DaemonConfig.Networks settings) {
        this.store = store;
        this.bridges = bridges;
        this.specs = specs;
        this.subnets = subnets;
        this.book = book;
        this.settings = settings;
    }

    /**
     * @throws Conflict when there is a network of this name
     * @throws Forbidden for what nobody may create here
     * @throws InvalidRequest for what makes no sense
     */
    synchronized NetworkCreated create(NetworkCreateRequest request) {
        NetworkRules.check(request);
        Snapshot state = store.snapshot();
        checkFree(state, request.name());
        Network network = planned(state, request);
        String warning = "";
        try (var undo = new Undo()) {
            if (network.isBridge()) {
                undo.add(() -> bridges.remove(network.id()));
                warning = String.join("; ", bridges.ensure(specs.bridge(network)));
            }
            book.define(network.id(), network.name(), network.addressRanges());
            undo.add(() -> book.forget(network.id()));
            // The row comes last: a bridge without one is swept away by the next start of the daemon.
            store.write(Durability.FULL, transaction -> {
                checkFree(transaction, network.name());
                transaction.put(Network.ALL, network.id(), network);
                transaction.append(NetworkEvents.of(network, "create"));
                return network;
            });
            undo.forget();
        }
        return new NetworkCreated(network.id(), warning);
    }

    private static void checkFree(Snapshot state, String name) {
        if (Networks.named(state, name).isPresent()) {
            throw new Conflict("network with name " + name + " already exists");
        }
    }

    private Network planned(Snapshot state, NetworkCreateRequest request) {
        Optional<Network> template = template(state, request);
        String driver =
                request.driver().isEmpty() || request.driver().equals("default") ? Network.BRIDGE : request.driver();
        NetworkRules.checkDriver(driver);
        Map<String, String> options = template.map(Network::options).orElseGet(() -> options(driver, request));
        boolean ipv4 =
                template.map(Network::ipv4).orElseGet(() -> request.enableIpv4() == null || request.enableIpv4());
        boolean ipv6 =
                template.map(Network::ipv6).orElseGet(() -> request.enableIpv6() != null && request.enableIpv6());
        Ipam ipam = template.map(NetworkLifecycle::ipam).orElse(request.ipam() == null ? NO_IPAM : request.ipam());
        NetworkRules.checkOptions(driver, options, request.internal());
        IpamRules.check(ipam, ipv6);
        if (!ipv4 && !ipv6) {
            throw new InvalidRequest("IPv4 or IPv6 must be enabled");
        }
        checkBridgeName(state, options);
        boolean addresses = !ipam.driver().equals("null");
        boolean gateway = driver.equals(Network.BRIDGE) || !request.internal();
        List<Network.Range> ranges = request.configOnly()
                ? asGiven(ipam)
                : addresses ? subnets.choose(state, ipam.config(), ipv4, ipv6, gateway) : List.of();
        return new Network(
                newId(),
                request.name(),
                Instant.now(),
                request.configOnly() ? "null" : driver,
                ipv4,
                ipv6,
                request.internal(),
                request.attachable(),
                ipam.options() == null ? Map.of() : ipam.options(),
                ranges,
                options,
                request.labels(),
                request.configOnly(),
                template.map(Network::name).orElse(""));
    }

    private static Optional<Network> template(Snapshot state, NetworkCreateRequest request) {
        if (request.configFrom() == null || request.configFrom().network().isEmpty()) {
            return Optional.empty();
        }
        Network template = Networks.resolve(state, request.configFrom().network());
        if (!template.configOnly()) {
            throw new Forbidden("network " + template.name() + " is not a configuration network");
        }
        if (!request.options().isEmpty()
                || request.ipam() != null && !request.ipam().config().isEmpty()) {
            throw new Forbidden("user-specified configurations are not supported if the network depends on a"
                    + " configuration network");
        }
        return Optional.of(template);
    }

    private static Ipam ipam(Network template) {
        return new Ipam(
                "default",
                template.ipamOptions(),
                template.ranges().stream()
                        .map(r -> new Ipam.IpamConfig(
                                r.subnet(),
                                r.ipRange(),
                                r.gateway(),
                                r.auxiliary().isEmpty() ? null : r.auxiliary()))
                        .toList());
    }

    private static List<Network.Range> asGiven(Ipam ipam) {
        return ipam.config().stream()
                .filter(c -> !c.subnet().isEmpty())
                .map(c -> new Network.Range(
                        c.subnet(),
                        c.ipRange(),
                        c.gateway(),
                        c.auxiliaryAddresses() == null ? Map.of() : c.auxiliaryAddresses(),
                        true))
                .toList();
    }

    private Map<String, String> options(String driver, NetworkCreateRequest request) {
        var options = new TreeMap<>(settings.defaultOptions().getOrDefault(driver, Map.of()));
        options.putAll(request.options());
        return options;
    }

    private static void checkBridgeName(Snapshot state, Map<String, String> options) {
        String name = options.getOrDefault(NetworkRules.BRIDGE_NAME, "");
        if (name.isEmpty()) {
            return;
        }
        state.all(Network.ALL).values().stream()
                .filter(n -> n.isBridge() && KernelSpecs.bridgeName(n).equals(name))
                .findFirst()
                .ifPresent(n -> {
                    throw new Forbidden("networks have same bridge name: " + name + " is that of network " + n.name());
                });
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * @throws Forbidden for a predefined network, and for one with running containers
     */
    synchronized void remove(String reference) {
        remove(Networks.resolve(store.snapshot(), reference));
    }

    private void remove(Network network) {
        if (network.isPredefined()) {
            throw new Forbidden(network.name() + " is a pre-defined network and cannot be removed");
        }
        // The row goes first: from then on nobody joins, and a bridge without one is swept away.
        store.write(Durability.FULL, transaction -> {
            List<ContainerSandbox> members = Networks.members(transaction, network.id());
            if (!members.isEmpty()) {
                throw new Forbidden("error while removing network: network " + network.name() + " id " + network.id()
                        + " has active endpoints (" + shown(members) + ")");
            }
            boolean used = transaction.all(Network.ALL).values().stream()
                    .anyMatch(n -> n.configFrom().equals(network.name()));
            if (network.configOnly() && used) {
                throw new Forbidden("configuration network \"" + network.name() + "\" is in use");
            }
            transaction.remove(Network.ALL, network.id());
            transaction.append(NetworkEvents.of(network, "destroy"));
            return true;
        });
        if (network.isBridge()) {
            bridges.remove(network.id());
        }
        book.forget(network.id());
    }

    private static String shown(List<ContainerSandbox> members) {
        return String.join(
                ", ", members.stream().map(ContainerSandbox::owner).sorted().toList());
    }

    /**
     * Removes the networks of a selection that no container uses.
     *
     * @return their names
     */
    synchronized List<String> prune(List<Network> candidates) {
        var removed = new ArrayList<String>();
        for (Network network :
                candidates.stream().sorted(Comparator.comparing(Network::name)).toList()) {
            try {
                remove(network);
                removed.add(network.name());
            } catch (EngineException e) {
                LOG.debug("network {} is not pruned: {}", network.name(), e.getMessage());
            }
        }
        return removed;
    }
}
