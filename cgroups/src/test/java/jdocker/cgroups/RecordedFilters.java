package jdocker.cgroups;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keeps what the kernel would. */
final class RecordedFilters implements DeviceFilters {
    final Map<Path, byte[]> programs = new LinkedHashMap<>();

    @Override
    public void replace(Path cgroup, byte[] program) {
        programs.put(cgroup, program);
    }

    @Override
    public void remove(Path cgroup) {
        programs.remove(cgroup);
    }
}
