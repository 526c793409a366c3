package jdocker.cgroups;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import jdocker.kernel.Errno;

/** What directories of cgroups have in common whatever their version. */
record CgroupTree(ControlFiles files) {
    private static final Duration BUSY_PATIENCE = Duration.ofSeconds(2);

    /** Adds the processes of a cgroup and of all beneath. */
    void collectProcesses(Path directory, SortedSet<Long> pids) {
        for (String line :
                files.read(directory.resolve("cgroup.procs")).orElse("").split("\n")) {
            if (!line.isEmpty() && !line.equals("0")) { // 0: in a pid namespace that we can't see
                pids.add(Controller.number(line));
            }
        }
        for (String child : files.directories(directory)) {
            collectProcesses(directory.resolve(child), pids);
        }
    }

    /** Makes the directories, whose parents must be there; all or none. False when one was there already. */
    boolean make(List<Path> directories) {
        List<Path> made = new ArrayList<>();
        try {
            for (Path directory : directories) {
                if (!files.makeDirectory(directory)) {
                    made.forEach(files::removeDirectory);
                    return false;
                }
                made.add(directory);
            }
            return true;
        } catch (CgroupException e) {
            made.forEach(files::removeDirectory);
            throw e;
        }
    }

    /** Removes a cgroup and all beneath. */
    void delete(Path directory) {
        Waiting waiting = new Waiting(BUSY_PATIENCE);
        while (true) {
            try {
                files.removeDirectory(directory);
                return;
            } catch (CgroupException e) {
                // The kernel lets go of the last thread a little after its end is reported.
                if (!e.is(Errno.EBUSY) || !waiting.again()) {
                    throw e;
                }
            }
            for (String child : files.directories(directory)) {
                delete(directory.resolve(child));
            }
        }
    }
}
