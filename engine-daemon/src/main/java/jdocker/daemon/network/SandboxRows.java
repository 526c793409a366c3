package jdocker.daemon.network;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.daemon.state.Transaction;

/** The stored sandboxes, and what follows from them and the networks they are on. */
final class SandboxRows {
    private final StateStore store;

    SandboxRows(StateStore store) {
        this.store = store;
    }

    Snapshot snapshot() {
        return store.snapshot();
    }

    /** @throws Conflict when the container has none */
    static ContainerSandbox of(Snapshot state, String containerId) {
        return state.get(ContainerSandbox.ALL, containerId)
                .orElseThrow(() -> new Conflict("container " + containerId + " has no network namespace of its own"));
    }

    static Network network(Snapshot state, Endpoint endpoint) {
        return state.get(Network.ALL, endpoint.networkId())
                .orElseThrow(() -> new NotFound("network " + endpoint.networkName() + " not found"));
    }

    /**
     * The endpoint through which the default routes lead. As Docker: the highest priority wins, then the first name;
     * networks that lead nowhere do not count.
     */
    static Optional<Endpoint> gateway(Snapshot state, List<Endpoint> endpoints) {
        return endpoints.stream()
                .filter(e -> !e.gateway4().isEmpty() || !e.gateway6().isEmpty())
                .filter(e -> state.get(Network.ALL, e.networkId()).isPresent())
                .min(Comparator.comparingInt(Endpoint::gatewayPriority)
                        .reversed()
                        .thenComparing(Endpoint::networkName));
    }

    /** In one transaction with what the caller adds; a network that has gone meanwhile fails it. */
    void write(
            Durability durability,
            ContainerSandbox row,
            List<Endpoint> changed,
            String action,
            Consumer<Transaction> more) {
        store.write(durability, transaction -> {
            for (Endpoint endpoint : changed) {
                Network network = transaction
                        .get(Network.ALL, endpoint.networkId())
                        .orElseThrow(() -> new NotFound("network " + endpoint.networkName() + " not found"));
                transaction.append(NetworkEvents.ofMember(network, action, row.containerId()));
            }
            transaction.put(ContainerSandbox.ALL, row.containerId(), row);
            more.accept(transaction);
            return row;
        });
    }

    /** The container has ended: who was on a network hears of it. */
    void remove(ContainerSandbox row) {
        store.write(Durability.NORMAL, transaction -> {
            transaction.remove(ContainerSandbox.ALL, row.containerId());
            for (Endpoint endpoint : row.endpoints()) {
                transaction
                        .get(Network.ALL, endpoint.networkId())
                        .ifPresent(n -> transaction.append(NetworkEvents.ofMember(n, "disconnect", row.containerId())));
            }
            return true;
        });
    }

    /** A change of the row that nobody has to hear of. */
    void put(ContainerSandbox row) {
        store.write(Durability.NORMAL, transaction -> {
            transaction.put(ContainerSandbox.ALL, row.containerId(), row);
            return true;
        });
    }
}
