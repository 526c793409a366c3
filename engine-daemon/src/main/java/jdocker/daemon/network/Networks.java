package jdocker.daemon.network;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.state.Snapshot;

/** Finds networks by id, name, or beginning of an id, in that order. */
public final class Networks {
    private Networks() {}

    /**
     * @throws NotFound when there is none, in the words that clients look for
     * @throws InvalidRequest when the beginning fits several
     */
    public static Network resolve(Snapshot state, String reference) {
        return find(state, reference).orElseThrow(() -> new NotFound("network " + reference + " not found"));
    }

    public static Optional<Network> find(Snapshot state, String reference) {
        Optional<Network> exact = state.get(Network.ALL, reference);
        if (exact.isPresent() || reference.isEmpty()) {
            return exact;
        }
        Collection<Network> all = state.all(Network.ALL).values();
        Optional<Network> named = named(state, reference);
        if (named.isPresent()) {
            return named;
        }
        List<Network> begun =
                all.stream().filter(n -> n.id().startsWith(reference)).toList();
        if (begun.size() > 1) {
            throw new InvalidRequest(
                    "network " + reference + " is ambiguous (" + begun.size() + " matches found based on ID prefix)");
        }
        return begun.stream().findFirst();
    }

    static Optional<Network> named(Snapshot state, String name) {
        return state.all(Network.ALL).values().stream()
                .filter(n -> n.name().equals(name))
                .findFirst();
    }

    /** The sandboxes with an endpoint on a network. */
    static List<ContainerSandbox> members(Snapshot state, String networkId) {
        return state.all(ContainerSandbox.ALL).values().stream()
                .filter(sandbox -> sandbox.on(networkId).isPresent())
                .toList();
    }
}
