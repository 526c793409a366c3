package jdocker.cgroups;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.CgroupPrograms;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SyscallException;

/**
 * The device program of each cgroup of version 2. There is one at most: programs at the same cgroup must all agree, so
 * one more could only forbid, and would stay for ever. The kernel keeps it with the cgroup, whatever happens to us.
 */
interface DeviceFilters {
    /** In one step where there was one: no device is denied or allowed in between. */
    void replace(Path cgroup, byte[] program);

    /** Allows all that the cgroups above allow. */
    void remove(Path cgroup);

    /** The kernel's. */
    static DeviceFilters of(Kernel kernel) {
        return new InKernel(kernel.files(), kernel.cgroupPrograms());
    }

    /** By bpf(2). */
    record InKernel(FileCalls files, CgroupPrograms programs) implements DeviceFilters {
        @Override
        public void replace(Path cgroup, byte[] program) {
            try (Fd directory = open(cgroup);
                    Fd loaded = programs.loadDeviceProgram(program)) {
                List<Fd> before = attached(directory);
                try {
                    // Of several, which only others can have made, one is replaced and the rest taken away.
                    programs.attach(directory, loaded, before.stream().findFirst());
                    before.stream().skip(1).forEach(other -> programs.detach(directory, other));
                } finally {
                    before.forEach(Fd::close);
                }
            } catch (SyscallException e) {
                throw new CgroupException("cannot restrict devices of the cgroup " + cgroup + ": " + e.getMessage());
            }
        }

        @Override
        public void remove(Path cgroup) {
            try (Fd directory = open(cgroup)) {
                List<Fd> before = attached(directory);
                try {
                    before.forEach(program -> programs.detach(directory, program));
                } finally {
                    before.forEach(Fd::close);
                }
            } catch (SyscallException e) {
                throw new CgroupException("cannot allow all devices to the cgroup " + cgroup + ": " + e.getMessage());
            }
        }

        private List<Fd> attached(Fd directory) {
            var found = new ArrayList<Fd>();
            for (int id : programs.attached(directory)) {
                Optional<Fd> program = programs.open(id);
                program.ifPresent(found::add);
            }
            return found;
        }

        private Fd open(Path cgroup) {
            return files.open(cgroup.toString(), OpenFlag.READ_ONLY, OpenFlag.DIRECTORY);
        }
    }
}
