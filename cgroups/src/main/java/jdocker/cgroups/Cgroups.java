package jdocker.cgroups;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;

/** The host's cgroups: makes, finds and lists those of containers. Thread safe. */
public final class Cgroups {
    /** Docker's, for tools that look for containers by it. */
    private static final String SCOPE_PREFIX = "docker-";

    private static final String SCOPE_SUFFIX = ".scope";
    private static final int LONGEST_MOUNTINFO = 64 << 20;

    private final Layout layout;
    private final ControlFiles files;
    private final Optional<Systemd> systemd;
    /** Parents that exist in every hierarchy and beneath which cgroups can be limited and joined. */
    private final Set<String> parents = ConcurrentHashMap.newKeySet();

    /** What makes scopes. */
    record Systemd(V2Layout layout, ScopeManager manager, Kernel kernel) {
        Cgroup scope(String slice, String name) {
            String unit = SCOPE_PREFIX + name + SCOPE_SUFFIX;
            CgroupPath path = new CgroupPath(Slices.path(slice), unit);
            return layout.cgroup(path, new Scope(unit, slice, manager, kernel));
        }
    }

    Cgroups(Layout layout, ControlFiles files, Optional<Systemd> systemd) {
        this.layout = layout;
        this.files = files;
        this.systemd = systemd;
    }

    /**
     * Looks at what is mounted now.
     *
     * @throws CgroupException if no cgroups are mounted at all
     */
    public static Cgroups detect(Kernel kernel) {
        ControlFiles files = new KernelControlFiles(kernel);
        Hierarchies hierarchies = Hierarchies.parse(mountInfo(kernel));
        if (hierarchies.version() != CgroupVersion.UNIFIED) {
            if (hierarchies.controllers().isEmpty()) {
                throw new CgroupException(
                        "no cgroups are mounted, neither of version 1 nor 2: /sys/fs/cgroup is empty");
            }
            return new Cgroups(new V1Layout(hierarchies, files, kernel.processes()), files, Optional.empty());
        }
        return unified(kernel, hierarchies.unified().orElseThrow());
    }

    /** The unified hierarchy at this mount, whatever else is there. */
    static Cgroups unified(Kernel kernel, Path mount) {
        ControlFiles files = new KernelControlFiles(kernel);
        var unified = new V2.Unified(mount, files, kernel.processes(), DeviceFilters.of(kernel));
        var layout = new V2Layout(unified);
        return new Cgroups(layout, files, Optional.of(new Systemd(layout, new DBusScopes(), kernel)));
    }

    private static String mountInfo(Kernel kernel) {
        try (Fd file = kernel.files().open("/proc/self/mountinfo", OpenFlag.READ_ONLY)) {
            return new String(kernel.data().readAll(file, LONGEST_MOUNTINFO), StandardCharsets.UTF_8);
        }
    }

    public CgroupVersion version() {
        return layout.version();
    }

    /** Names of the controllers, such as {@code memory}. */
    public Set<String> controllers() {
        return Set.copyOf(layout.controllers());
    }

    /** What can be limited here. Asks files of the root cgroups, so ask once. */
    public CgroupFeatures features() {
        return layout.features();
    }

    /**
     * Makes a cgroup without limits: one directory in each hierarchy and nothing else. What a crash left there under the
     * same name is removed first, unless processes live in it. On v2 all above hand down their controllers; for that the
     * daemon moves itself into a leaf where it is in the way.
     *
     * @param parent absolute, such as {@code /jdocker}, made when missing; or a slice of systemd's, which then makes the
     *     cgroup as a scope {@code docker-NAME.scope} in it
     */
    public Cgroup create(String parent, String name) {
        Cgroup cgroup = open(parent, name);
        if (Slices.isSlice(parent)) {
            return createScope(parent, cgroup);
        }
        String above = CgroupPath.normalised(parent);
        if (parents.contains(above)) {
            try {
                return createFresh(cgroup);
            } catch (CgroupException e) {
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
                parents.remove(above); // somebody removed the parent
            }
        }
        layout.prepareParent(above);
        parents.add(above);
        return createFresh(cgroup);
    }

    /** systemd hands down the controllers that it knows; hugetlb is not one of them. */
    private Cgroup createScope(String slice, Cgroup cgroup) {
        createFresh(cgroup);
        try {
            layout.prepareParent(Slices.path(slice));
        } catch (CgroupException e) {
            cgroup.settled();
            throw e;
        }
        return cgroup;
    }

    private static Cgroup createFresh(Cgroup cgroup) {
        if (made(cgroup)) {
            return cgroup;
        }
        List<Long> alive = cgroup.processes();
        if (!alive.isEmpty()) {
            throw new CgroupException("the cgroup " + cgroup.path() + " has processes already: " + alive);
        }
        cgroup.delete();
        if (!made(cgroup)) {
            throw new CgroupException("the cgroup " + cgroup.path() + " is being made by somebody else");
        }
        return cgroup;
    }

    private static boolean made(Cgroup cgroup) {
        return switch (cgroup) {
            case V1 v1 -> v1.create();
            case V2 v2 -> v2.create();
        };
    }

    /**
     * Does beforehand what the first cgroup beneath this parent would wait for.
     *
     * @throws CgroupException if it is a slice and systemd cannot be reached
     */
    public void makeReady(String parent) {
        if (Slices.isSlice(parent)) {
            systemd.ifPresent(it -> it.manager().connect());
        }
    }

    /** A cgroup that was made before; nothing is checked. */
    public Cgroup open(String parent, String name) {
        if (!Slices.isSlice(parent)) {
            return layout.cgroup(new CgroupPath(parent, name));
        }
        return systemd.orElseThrow(() -> new CgroupException(
                        "cannot use the slice " + parent + ": systemd's scopes are supported on cgroup v2 alone"))
                .scope(parent, name);
    }

    /**
     * Names of all cgroups right beneath the parent, in any hierarchy: whoever has no owner for one may delete it. None in
     * a slice: it is not ours alone, another engine's containers may be there, and systemd clears away empty scopes.
     */
    public List<String> children(String parent) {
        if (Slices.isSlice(parent)) {
            return List.of();
        }
        String path = CgroupPath.normalised(parent);
        TreeSet<String> names = new TreeSet<>();
        for (Path mount : layout.mounts()) {
            names.addAll(files.directories(CgroupPath.beneath(mount, path)));
        }
        return List.copyOf(names);
    }
}
