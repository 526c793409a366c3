package jdocker.cgroups;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;

/** The host's cgroup file systems, of either version. */
sealed interface Layout permits V1Layout, V2Layout {
    CgroupVersion version();

    Set<String> controllers();

    CgroupFeatures features();

    /** Makes a parent with all above it, and readies it so that cgroups beneath can be limited and joined. */
    void prepareParent(String parent);

    Cgroup cgroup(CgroupPath path);

    /** Every mount. */
    Collection<Path> mounts();
}
