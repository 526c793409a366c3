package jdocker.daemon.container;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import jdocker.cgroups.CgroupException;
import jdocker.cgroups.CgroupStats;
import jdocker.kernel.Fd;
import jdocker.oci.LinuxResources;
import jdocker.oci.OciProcess;
import jdocker.oci.RuntimeSpec;

/** What the containers' lifecycle needs of the runtime. All of it makes native calls: not for virtual threads. */
public interface ProcessRuntime {

    /**
     * A container's first process to be.
     *
     * @param subscribed somebody listens already: output is sent from its first byte on
     * @param unmountAtEnd what is unmounted when the container has ended, daemon or not
     * @param held descriptors that the shim keeps for the next daemon; the caller's own stay the caller's
     */
    record Launch(
            String id,
            RuntimeSpec spec,
            boolean openStdin,
            boolean subscribed,
            Optional<Log> log,
            boolean init,
            List<Path> unmountAtEnd,
            List<Fd> held) {}

    /**
     * Where output is recorded.
     *
     * @param maxSize bytes before rotation, 0 for never
     * @param attributes JSON object or empty text
     */
    record Log(Path path, long maxSize, int maxFiles, String attributes) {}

    /** One more process in a running container. */
    record ExecLaunch(
            String execId,
            String containerId,
            RuntimeSpec container,
            ContainerState.Running target,
            OciProcess process,
            boolean openStdin,
            boolean subscribed,
            boolean privileged) {}

    /** A process that runs. */
    interface RunningProcess {
        long pid();

        /** In clock ticks since boot. */
        long startTime();

        /** Whether its shim may be asked to {@linkplain ProcessRuntime#hold hold} anything. */
        default boolean holds() {
            return true;
        }

        /** Of an adopted process: what its shim has held; whoever takes it closes it. */
        default List<Fd> held() {
            return List.of();
        }

        /** The shim's control socket; given away once. */
        Fd control();

        /** Done when it has ended, all its output is written and its root is unmounted. */
        CompletableFuture<ProcessEnd> exit();
    }

    /** How a process ended; lost when its shim vanished and nobody knows. */
    record ProcessEnd(int code, boolean oomKilled, Instant finishedAt, boolean lost) {}

    /** A process that could not be started; nothing of it is left. */
    final class LaunchFailure extends RuntimeException {
        private final int exitCode;

        /**
         * @param exitCode 126 or 127 when the command is to blame, else 128
         */
        public LaunchFailure(int exitCode, String message, Throwable cause) {
            super(message, cause);
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    /**
     * @throws LaunchFailure when the kernel refuses a step
     */
    RunningProcess start(Launch launch);

    /**
     * @throws LaunchFailure when the kernel refuses a step
     */
    RunningProcess exec(ExecLaunch launch);

    /** What has become of a process that a daemon before this one has started. */
    sealed interface Found {

        /** It runs, and is watched again. */
        record Alive(RunningProcess process) implements Found {}

        /** It has ended meanwhile, and its shim has noted how. */
        record Ended(ProcessEnd end) implements Found {}

        /** There is nothing to ask; what may be left of it is the caller's to kill. */
        record Gone() implements Found {}
    }

    Found adopt(String id);

    /**
     * Has a shim keep descriptors for the next daemon, in place of what it has under the same numbers; does not wait.
     *
     * @param control the shim's control socket, between two messages
     * @param first the first one's number; those of {@link Launch#held} begin with 0
     * @return how many the socket has taken: fewer when it is full
     */
    int hold(Fd control, int first, List<Fd> descriptors);

    /** As {@link #adopt}, for an exec. */
    Found adoptExec(String execId);

    /** Sends a signal; false when the process is no longer there. */
    boolean signal(long pid, long startTime, int signal);

    void freeze(String id);

    void thaw(String id);

    /** Kills everything in the container's cgroup, whoever started it. */
    void killAll(String id);

    /** All processes of the container, in the host's numbers. */
    List<Long> processes(String id);

    /** What the container's processes use; empty when it has no cgroup any more. */
    Optional<CgroupStats> stats(String id);

    /**
     * Changes limits of a running container: those given, and no others.
     *
     * @throws CgroupException when the host lacks the controller, or the kernel refuses a value
     */
    void limit(String id, LinuxResources limits);

    /** Removes what a container that has ended may have left: cgroup and shim directory. */
    void cleanUp(String id);

    /** As {@link #cleanUp}, for an exec. */
    void cleanUpExec(String execId);

    /** Containers of which there is a cgroup or a shim directory. */
    Set<String> leftovers();

    /** Execs of which there is a shim directory. */
    Set<String> leftoverExecs();

    /** Identifies the current boot of the machine. */
    String bootId();
}
