package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** {@code update}: other limits for containers, also while they run. */
final class UpdateCommand extends Command {
    private final Flag blkioWeight =
            flags().of(FlagKind.UINT16, "blkio-weight", "Block IO weight, 10 to 1000, or 0 to disable (default 0)");
    private final Flag cpuPeriod = flags().of(FlagKind.INT, "cpu-period", "CPU CFS (Completely Fair Scheduler) period");
    private final Flag cpuQuota = flags().of(FlagKind.INT, "cpu-quota", "CPU CFS (Completely Fair Scheduler) quota");
    private final Flag cpuRtPeriod = flags().of(FlagKind.INT, "cpu-rt-period", "CPU real-time period in microseconds");
    private final Flag cpuRtRuntime =
            flags().of(FlagKind.INT, "cpu-rt-runtime", "CPU real-time runtime in microseconds");
    private final Flag cpuShares = flags().of(FlagKind.INT, "cpu-shares", 'c', "CPU shares (relative weight)");
    private final Flag cpus = flags().of(FlagKind.DECIMAL, "cpus", "Number of CPUs");
    private final Flag cpusetCpus = flags().string("cpuset-cpus", "CPUs to run on (0-3, 0,1)");
    private final Flag cpusetMems = flags().string("cpuset-mems", "Memory nodes to use (0-3, 0,1)");
    private final Flag memory = flags().of(FlagKind.BYTES, "memory", 'm', "Memory limit");
    private final Flag memoryReservation = flags().of(FlagKind.BYTES, "memory-reservation", "Memory soft limit");
    private final Flag memorySwap =
            flags().of(FlagKind.SWAP_BYTES, "memory-swap", "Limit of memory plus swap; '-1' is unlimited swap");
    private final Flag pidsLimit =
            flags().of(FlagKind.INT, "pids-limit", "Limit of processes and threads (-1 for unlimited)");
    private final Flag restart = flags().string("restart", "Restart policy for when the container exits");

    @Override
    String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    Arity arity() {
        return Arity.atLeast(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        if (flags().visible().stream().noneMatch(Flag::isSet)) {
            throw new CliError("you must provide one or more flags when using this command");
        }
        JsonObject body = body();
        List<String> warnings = new ArrayList<>();
        int status = EachOf.run(session, arguments, container -> {
            byte[] answer = session.engine().post(ContainerCalls.path(container, "/update"), new Query(), body);
            synchronized (warnings) {
                warnings.addAll(Json.object(answer).texts("Warnings"));
            }
            return container;
        });
        warnings.forEach(session.err()::lineNow);
        return status;
    }

    private JsonObject body() {
        JsonObject body = new JsonObject()
                .with("BlkioWeight", blkioWeight.number())
                .with("CpuPeriod", cpuPeriod.number())
                .with("CpuQuota", cpuQuota.number())
                .with("CpuRealtimePeriod", cpuRtPeriod.number())
                .with("CpuRealtimeRuntime", cpuRtRuntime.number())
                .with("CpuShares", cpuShares.number())
                .with("CpusetCpus", cpusetCpus.text())
                .with("CpusetMems", cpusetMems.text())
                .with("Memory", memory.number())
                .with("MemoryReservation", memoryReservation.number())
                .with("MemorySwap", memorySwap.number())
                .with("NanoCpus", cpus.number());
        if (pidsLimit.isSet()) {
            body.with("PidsLimit", pidsLimit.number());
        }
        return body.with("RestartPolicy", HostConfigRequest.restartPolicy(restart.text()));
    }
}
