package jdocker.daemon.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.kernel.Fd;
import jdocker.network.Publication;
import jdocker.network.Sandbox;

/** What this daemon has open of running containers' sandboxes, by the container's id. */
final class LiveSandboxes {
    private final Map<String, Live> live = new ConcurrentHashMap<>();

    /**
     * @param firstPort the number under which the shim holds the first port's socket; empty when it holds nothing at all
     * @param moved whether the ports' sockets are others than the shim has
     */
    record Live(Sandbox sandbox, List<Publication> publications, OptionalInt firstPort, boolean moved) {
        Live with(List<Publication> others) {
            return new Live(sandbox, others, firstPort, moved || !others.equals(publications));
        }

        Live held() {
            return new Live(sandbox, publications, firstPort, false);
        }

        List<Fd> sockets() {
            return publications.stream()
                    .flatMap(publication -> publication.sockets().stream())
                    .toList();
        }
    }

    Optional<Live> find(String containerId) {
        return Optional.ofNullable(live.get(containerId));
    }

    /** @throws Conflict when there is none, although there is a row */
    Live of(ContainerSandbox row) {
        return find(row.containerId())
                .orElseThrow(() ->
                        new Conflict("the network namespace of " + row.owner() + " is lost: restart the container"));
    }

    void put(String containerId, Live known) {
        live.put(containerId, known);
    }

    Optional<Live> remove(String containerId) {
        return Optional.ofNullable(live.remove(containerId));
    }
}
