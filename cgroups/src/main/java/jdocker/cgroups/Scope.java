package jdocker.cgroups;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import jdocker.kernel.Fd;
import jdocker.kernel.FileData;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Signal;
import jdocker.kernel.SpawnRequest;
import jdocker.oci.LinuxResources;

/**
 * The systemd unit around a container's cgroup. systemd wants a process at the start and takes the scope away when it is
 * empty, so a small one holds it until the container's first has been born in it.
 */
final class Scope {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** What every host has; it waits for a line that never comes. */
    private static final String HOLDER = "/bin/sh";

    private static final List<String> HOLDING = List.of("sh", "-c", "read -r never");

    private final String unit;
    private final String slice;
    private final ScopeManager manager;
    private final Kernel kernel;
    private final AtomicReference<Optional<Holder>> holder = new AtomicReference<>(Optional.empty());

    /** A process that ends with us: it reads a pipe that we alone can write to. */
    private record Holder(long pid, Fd process, Fd pipe) {}

    Scope(String unit, String slice, ScopeManager manager, Kernel kernel) {
        this.unit = unit;
        this.slice = slice;
        this.manager = manager;
        this.kernel = kernel;
    }

    /** Returns when systemd has made the directory. */
    void start(Path directory, ControlFiles files) {
        Holder made = hold();
        holder.set(Optional.of(made));
        try {
            manager.start(unit, slice, "container " + unit, made.pid());
            Waiting waiting = new Waiting(PATIENCE);
            while (!contains(files, directory, made.pid())) {
                if (!waiting.again()) {
                    throw new CgroupException("systemd has not made " + directory + " for the unit " + unit + " within "
                            + PATIENCE.toSeconds() + " s");
                }
            }
        } catch (CgroupException e) {
            release();
            throw e;
        }
    }

    private static boolean contains(ControlFiles files, Path directory, long pid) {
        return files.read(directory.resolve("cgroup.procs")).stream()
                .flatMap(String::lines)
                .anyMatch(Long.toString(pid)::equals);
    }

    private Holder hold() {
        FileData.Pipe pipe = kernel.data().pipe();
        try (Fd read = pipe.readEnd();
                Fd nothing = kernel.files().open("/dev/null", OpenFlag.READ_WRITE)) {
            long pid = kernel.processes()
                    .spawn(new SpawnRequest(HOLDER, HOLDING, List.of(), Map.of(0, read, 1, nothing, 2, nothing), true));
            return new Holder(pid, kernel.processes().pidfdOpen(pid), pipe.writeEnd());
        }
    }

    /** The cgroup has a process of its own now, or needs none any more. */
    void release() {
        holder.getAndSet(Optional.empty()).ifPresent(held -> {
            try (Fd process = held.process();
                    Fd _ = held.pipe()) {
                kernel.processes().signal(process, Signal.KILL.number());
                kernel.processes().waitFor(process);
            }
        });
    }

    /** It has no processes any more. */
    void stop() {
        release();
        manager.stop(unit);
    }

    /** Tells systemd, which would otherwise undo it at some later time. */
    void limit(LinuxResources resources) {
        Map<String, Object> properties = UnitProperties.of(resources);
        if (!properties.isEmpty()) {
            manager.set(unit, properties);
        }
    }
}
