package jdocker.kernel;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Processes by descriptor. Descriptors, not numbers: a number may name another process by the time it is used. Waits are
 * for one process each, so that they never take a status that belongs to somebody else in this JVM.
 */
public interface Processes {
    /**
     * posix_spawn(3): all signals default, none blocked, no descriptor but those asked for. The child shares our memory
     * until its execve: only for host executables, never from a thread inside a container's namespaces. Its pid.
     */
    long spawn(SpawnRequest request);

    Fd pidfdOpen(long pid);

    /** Empty where there is no such process. */
    Optional<Fd> pidfdOpenIfPresent(long pid);

    /** False when it has ended. */
    boolean signal(Fd pidfd, int signal);

    /** kill(2) by number; false where there is no such process. 0 for the signal only asks. */
    boolean signal(long pid, int signal);

    /** A copy of another process's descriptor. */
    Fd copyDescriptor(Fd pidfd, int number);

    /** Waits for the end of our child and reaps it. Only on a platform thread. */
    ExitStatus waitFor(Fd pidfd);

    /** The same without waiting; empty while it runs. Not our child: ECHILD. */
    Optional<ExitStatus> tryWait(Fd pidfd);

    /** Empty when gone; a zombie is there still. */
    Optional<ProcessStat> stat(long pid);

    /** Empty when gone. */
    default OptionalLong startTime(long pid) {
        return stat(pid).map(stat -> OptionalLong.of(stat.startTime())).orElse(OptionalLong.empty());
    }

    /** Whether it is there with this start time and not a zombie. */
    default boolean isAlive(long pid, long startTime) {
        return stat(pid)
                .filter(stat -> stat.startTime() == startTime && !stat.isZombie())
                .isPresent();
    }

    /** Differs with every boot of the host. */
    String bootId();

    /** 0 is this process. */
    ResourceLimit.Range limit(long pid, ResourceLimit limit);

    /** Raising a hard limit needs CAP_SYS_RESOURCE (EPERM). */
    void setLimit(long pid, ResourceLimit limit, ResourceLimit.Range range);
}
