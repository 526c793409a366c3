package jdocker.daemon.container;

import java.util.ArrayList;
import java.util.List;
import jdocker.api.HostConfig;
import jdocker.cgroups.CgroupException;
import jdocker.cgroups.CgroupFeatures;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;

/** Changes the limits of a container, also of one that runs, and its restart policy. */
final class ContainerUpdate {
    private final StateStore store;
    private final Containers containers;
    private final ContainerLocks locks;
    private final ProcessRuntime runtime;
    private final CgroupFeatures features;

    ContainerUpdate(
            StateStore store,
            Containers containers,
            ContainerLocks locks,
            ProcessRuntime runtime,
            CgroupFeatures features) {
        this.store = store;
        this.containers = containers;
        this.locks = locks;
        this.runtime = runtime;
        this.features = features;
    }

    /**
     * Sets what is given and leaves the rest; all or nothing. On a work thread.
     *
     * @return warnings about what this host cannot limit
     */
    List<String> update(String reference, HostConfig asked) {
        Container found = containers.resolve(reference);
        return locks.holding(found.id(), "update", () -> updateLocked(containers.current(found.id()), asked));
    }

    private List<String> updateLocked(Container c, HostConfig asked) {
        if (c.state() instanceof ContainerState.Removing || c.state() instanceof ContainerState.Dead) {
            throw new Conflict("Cannot update container " + c.id()
                    + ": Container is marked for removal and cannot be \"update\".");
        }
        var warnings = new ArrayList<String>();
        HostConfig possible = possible(asked, warnings);
        HostConfig changed = merge(c.id(), c.hostConfig(), possible);
        HostConfigRules.checkUpdate(changed);
        if (c.isRunning()) {
            apply(c, changed, possible);
        }
        store.write(Durability.FULL, tx -> {
            tx.put(Container.ALL, c.id(), c.with(changed));
            tx.append(ContainerEvents.of(c, "update"));
            return true;
        });
        return warnings;
    }

    private HostConfig possible(HostConfig asked, List<String> warnings) {
        HostConfig.Builder builder = asked.toBuilder();
        new ResourceSupport(features).adapt(asked, builder, warnings);
        if (asked.memorySwap() == 0) {
            builder.memorySwap(0); // what it is by default is decided at creation
        }
        return builder.build();
    }

    /** In one go, with what was set before: limits of memory and swap, quota and period depend on each other. */
    private void apply(Container c, HostConfig changed, HostConfig asked) {
        try {
            runtime.limit(c.id(), SpecResources.update(changed, asked));
        } catch (CgroupException e) {
            try {
                runtime.limit(c.id(), SpecResources.update(c.hostConfig(), asked));
            } catch (CgroupException undone) {
                e.addSuppressed(undone);
            }
            throw new Conflict("Cannot update container " + c.id() + ": " + e.getMessage());
        }
    }

    private static HostConfig merge(String id, HostConfig now, HostConfig asked) {
        refuseConflicts(id, now, asked);
        HostConfig.Builder merged = now.toBuilder();
        if (asked.memory() != 0) {
            merged.memory(asked.memory());
        }
        if (asked.memorySwap() != 0) {
            merged.memorySwap(asked.memorySwap());
        }
        if (asked.memoryReservation() != 0) {
            merged.memoryReservation(asked.memoryReservation());
        }
        mergeCpu(asked, merged);
        if (asked.pidsLimit() != null) {
            merged.pidsLimit(asked.pidsLimit());
        }
        if (asked.blkioWeight() != 0) {
            merged.blkioWeight(asked.blkioWeight());
        }
        if (!asked.restartPolicy().name().isEmpty()) {
            merged.restartPolicy(asked.restartPolicy());
        }
        return merged.build();
    }

    private static void mergeCpu(HostConfig asked, HostConfig.Builder merged) {
        if (asked.cpuShares() != 0) {
            merged.cpuShares(asked.cpuShares());
        }
        if (asked.nanoCpus() != 0) {
            merged.nanoCpus(asked.nanoCpus());
        }
        if (asked.cpuPeriod() != 0) {
            merged.cpuPeriod(asked.cpuPeriod());
        }
        if (asked.cpuQuota() != 0) {
            merged.cpuQuota(asked.cpuQuota());
        }
        if (!asked.cpusetCpus().isEmpty()) {
            merged.cpusetCpus(asked.cpusetCpus());
        }
        if (!asked.cpusetMems().isEmpty()) {
            merged.cpusetMems(asked.cpusetMems());
        }
    }

    /** In Docker's words. */
    private static void refuseConflicts(String id, HostConfig now, HostConfig asked) {
        refuse(
                id,
                asked.nanoCpus() > 0 && now.cpuPeriod() > 0,
                "Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set");
        refuse(
                id,
                asked.nanoCpus() > 0 && now.cpuQuota() > 0,
                "Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set");
        refuse(
                id,
                asked.cpuPeriod() > 0 && now.nanoCpus() > 0,
                "Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set");
        refuse(
                id,
                asked.cpuQuota() > 0 && now.nanoCpus() > 0,
                "Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set");
        refuse(
                id,
                now.memorySwap() > 0 && asked.memory() > now.memorySwap() && asked.memorySwap() == 0,
                "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
        refuse(
                id,
                now.autoRemove()
                        && !List.of("", "no").contains(asked.restartPolicy().name()),
                "Restart policy cannot be updated because AutoRemove is enabled for the container");
    }

    private static void refuse(String id, boolean conflict, String why) {
        if (conflict) {
            throw new Conflict("Cannot update container " + id + ": " + why);
        }
    }
}
