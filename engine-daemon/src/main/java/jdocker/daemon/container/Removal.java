package jdocker.daemon.container;

import java.util.Optional;
import jdocker.api.MountPoint;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;

/** Takes a container away: files first, the row last, so that a crash in between leaves something to finish. */
final class Removal {
    private final StateStore store;
    private final RootFileSystems roots;
    private final ContainerFiles files;
    private final VolumeDirectories volumes;
    private final ProcessRuntime runtime;
    private final Consoles consoles;
    private final ContainerWaits waits;
    private final ContainerLocks locks;
    private final ImageCatalog images;
    private final ContainerNetworks networks;

    Removal(
            StateStore store,
            RootFileSystems roots,
            ContainerFiles files,
            VolumeDirectories volumes,
            ProcessRuntime runtime,
            Consoles consoles,
            ContainerWaits waits,
            ContainerLocks locks,
            ImageCatalog images,
            ContainerNetworks networks) {
        this.store = store;
        this.roots = roots;
        this.files = files;
        this.volumes = volumes;
        this.runtime = runtime;
        this.consoles = consoles;
        this.waits = waits;
        this.locks = locks;
        this.images = images;
        this.networks = networks;
    }

    /**
     * @throws Conflict when the container's state stands against it
     */
    static void check(Container c, boolean force) {
        String what = "cannot remove container \"/" + c.name() + "\": container is ";
        switch (c.state()) {
            case ContainerState.Running _ ->
                refuse(!force, what + "running: stop the container before removing or force remove");
            case ContainerState.Paused _ -> refuse(!force, what + "paused and must be unpaused first");
            case ContainerState.Restarting _ ->
                refuse(!force, what + "restarting: stop the container before removing or force remove");
            case ContainerState.Removing _ ->
                throw new Conflict("removal of container " + c.id() + " is already in progress");
            case ContainerState.Created _, ContainerState.Exited _, ContainerState.Dead _ -> {}
        }
    }

    private static void refuse(boolean refused, String message) {
        if (refused) {
            throw new Conflict(message);
        }
    }

    /** Removes what does not run; the caller holds the lock. Safe to repeat. */
    void removeLocked(Container c, boolean withVolumes) {
        // Durably before anything goes: after a power cut the removal is finished, not half a container listed.
        put(removing(c, withVolumes), Durability.FULL);
        try {
            networks.leave(c.id());
            runtime.cleanUp(c.id());
            roots.unmount(c.id());
            roots.remove(c.id());
            files.delete(c.id());
            if (withVolumes) {
                c.mounts().stream()
                        .filter(m -> MountRules.isAnonymous(c, m))
                        .filter(m -> !usedElsewhere(c, m))
                        .forEach(m -> volumes.delete(m.name()));
            }
        } catch (RuntimeException e) {
            put(c.with(new ContainerState.Dead(c.state())), Durability.NORMAL);
            throw e;
        }
        store.write(Durability.NORMAL, transaction -> {
            transaction.remove(Container.ALL, c.id());
            Exec.of(transaction, c.id()).forEach(exec -> transaction.remove(Exec.ALL, exec.id()));
            transaction.append(ContainerEvents.of(c, "destroy"));
            return null;
        });
        if (c.topLayer() != null && !images.exists(store.snapshot(), c.imageId())) {
            images.releaseLayers(c.topLayer());
        }
        consoles.retire(c.id()).ifPresent(Console::end);
        networks.forget(c);
        waits.removed(c.id(), c.state().exitCode());
        locks.forget(c.id());
    }

    private static Container removing(Container c, boolean withVolumes) {
        return c.state() instanceof ContainerState.Removing
                ? c
                : c.with(new ContainerState.Removing(c.state(), withVolumes));
    }

    private void put(Container c, Durability durability) {
        store.write(durability, transaction -> {
            transaction.put(Container.ALL, c.id(), c);
            return Optional.empty();
        });
    }

    private boolean usedElsewhere(Container c, MountPoint mount) {
        return store.snapshot().all(Container.ALL).values().stream()
                .filter(other -> !other.id().equals(c.id()))
                .anyMatch(
                        other -> other.mounts().stream().anyMatch(m -> m.name().equals(mount.name())));
    }
}
