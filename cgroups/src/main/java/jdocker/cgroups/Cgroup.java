package jdocker.cgroups;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.oci.LinuxResources;

/** One cgroup: what its processes may use, what they have used, and their common end. */
public sealed interface Cgroup permits V1, V2 {
    CgroupVersion version();

    /** Its place in each hierarchy, such as {@code /jdocker/<id>}. */
    String path();

    /**
     * Sets what these resources limit and leaves the rest as it is, for a new cgroup the kernel's default: unlimited. A
     * limit for which the host has no controller is an error, not silence; what one of the versions does not have at all
     * (on v2 swappiness, an OOM killer that is off, real-time and kernel memory limits) is passed over, as by runc: {@link
     * CgroupFeatures} says so beforehand.
     */
    void apply(LinuxResources resources);

    /**
     * Files to which a process writes {@code 0} to join, in order. On v1 they are {@code tasks}: {@code cgroup.procs}
     * takes a lock that costs milliseconds. Only the writing thread joins, so a process does it before it has threads.
     * None on v2, where {@link #cloneInto} is the way.
     */
    List<Path> joinFiles();

    /**
     * The directory that {@code clone3(CLONE_INTO_CGROUP)} takes, which is the only cheap way to join it: v2's, or on a
     * hybrid host the one that can kill.
     */
    Optional<Path> cloneInto();

    /**
     * The same for one more process beside one that lives here and may have moved into a cgroup beneath: when what is in
     * the container has made cgroups of its own, no process may be in this one (the "no internal process" rule of v2).
     */
    Optional<Path> cloneInto(long neighbour);

    /** By controller. */
    Map<String, Path> directories();

    /** The first process lives in it: nothing else need hold it any more. */
    void settled();

    /** Stops all processes and waits until they stand still. */
    void freeze();

    void thaw();

    boolean isFrozen();

    /** Ends all processes, frozen ones too, and waits until none is left. */
    void kill();

    CgroupStats stats();

    /** Whether the kernel has killed a process here for want of memory. */
    boolean oomKilled();

    /** The file in which a line of {@link #oomKey} and a number counts such kills; empty without a memory controller. */
    Optional<Path> oomFile();

    String oomKey();

    /** All processes in it and in cgroups beneath, by their pids as we see them. */
    List<Long> processes();

    /** Removes it and all beneath, once its processes have ended. */
    void delete();

    /** The directories of this cgroup alone, for whoever removes them without us. */
    List<Path> removalOrder();
}
