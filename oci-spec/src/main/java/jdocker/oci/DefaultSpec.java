package jdocker.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a container is unless told otherwise. Equal to Docker's defaults in capabilities, system call filter, masked and
 * read-only paths, device rules and mounts; unlike it, the open files limit is fixed and not the daemon's own.
 */
public final class DefaultSpec {
    public static final String OCI_VERSION = "1.2.0";
    public static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** {@code /dev/shm} when nobody asks for another size, in bytes. */
    public static final long SHM_SIZE = 64L << 20;

    private static final long OPEN_FILES_SOFT = 1024;
    private static final long OPEN_FILES_HARD = 524_288;

    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");

    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private DefaultSpec() {}

    /** The default, with the filter that fits the default capabilities; the root path and the command are missing. */
    public static RuntimeSpec of(HostFacts host) {
        List<Capability> capabilities = new CapabilityChoice(List.of(), List.of(), false).resolve(host.capabilities());
        return RuntimeSpec.builder()
                .ociVersion(OCI_VERSION)
                .process(process(capabilities))
                .root(new Root("rootfs", false))
                .mounts(mounts())
                .linux(Linux.builder()
                        .namespaces(namespaces())
                        .resources(
                                LinuxResources.builder().devices(deviceRules()).build())
                        .seccomp(SeccompProfile.dockerDefault().resolve(host, capabilities))
                        .maskedPaths(maskedPaths(host))
                        .readonlyPaths(READ_ONLY)
                        .build())
                .build();
    }

    /**
     * Turns a specification into that of {@code --privileged}: all the capabilities this daemon has, no filter, nothing
     * masked, every device allowed, {@code /sys} and the cgroups writable. Device nodes are the caller's to add.
     */
    public static RuntimeSpec privileged(RuntimeSpec spec, HostFacts host) {
        Linux linux = spec.linux() == null ? Linux.builder().build() : spec.linux();
        LinuxResources resources =
                linux.resources() == null ? LinuxResources.builder().build() : linux.resources();
        OciProcess process = spec.process() == null ? process(List.copyOf(host.capabilities())) : spec.process();
        return spec.toBuilder()
                .mounts(spec.mounts().stream().map(DefaultSpec::writable).toList())
                .process(process.toBuilder()
                        .capabilities(capabilities(host.capabilities(), process.user()))
                        .build())
                .linux(linux.toBuilder()
                        .seccomp(null)
                        .maskedPaths(List.of())
                        .readonlyPaths(List.of())
                        .resources(resources.toBuilder()
                                .devices(List.of(new LinuxDeviceCgroup(true, null, null, null, "rwm")))
                                .build())
                        .build())
                .build();
    }

    /**
     * The sets for a process of this user. Others than root start with the bounding set alone, which is all that an
     * {@code execve} would leave them; nothing is ever inheritable or ambient.
     */
    public static LinuxCapabilities capabilities(Iterable<Capability> capabilities, User user) {
        var names = new ArrayList<String>();
        capabilities.forEach(capability -> names.add(capability.specName()));
        List<String> held = user.uid() == 0 ? names : List.of();
        return new LinuxCapabilities(names, held, List.of(), held, List.of());
    }

    /** {@code /dev/shm} of another size in bytes. */
    public static OciMount sharedMemory(long size) {
        return new OciMount(
                "/dev/shm",
                "tmpfs",
                "shm",
                List.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + size),
                List.of(),
                List.of(),
                Map.of());
    }

    private static OciProcess process(List<Capability> capabilities) {
        return OciProcess.builder()
                .cwd("/")
                .env(List.of(PATH))
                .capabilities(capabilities(capabilities, User.ROOT))
                .rlimits(List.of(new Rlimit("RLIMIT_NOFILE", OPEN_FILES_HARD, OPEN_FILES_SOFT)))
                .build();
    }

    private static List<OciMount> mounts() {
        return List.of(
                mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
                mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
                mount(
                        "/dev/pts",
                        "devpts",
                        "devpts",
                        "nosuid",
                        "noexec",
                        "newinstance",
                        "ptmxmode=0666",
                        "mode=0620",
                        "gid=5"),
                mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
                mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro", "nosuid", "noexec", "nodev"),
                mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
                sharedMemory(SHM_SIZE));
    }

    private static OciMount mount(String destination, String type, String source, String... options) {
        return new OciMount(destination, type, source, List.of(options), List.of(), List.of());
    }

    /** Only those that mirror the host: the others stay as they are. */
    private static OciMount writable(OciMount mount) {
        if (!"sysfs".equals(mount.type()) && !"cgroup".equals(mount.type())) {
            return mount;
        }
        List<String> options =
                mount.options().stream().filter(option -> !option.equals("ro")).toList();
        return new OciMount(
                mount.destination(),
                mount.type(),
                mount.source(),
                options,
                mount.uidMappings(),
                mount.gidMappings(),
                mount.unknown());
    }

    // The cgroup namespace is the host's, as Docker has it on v1; a private one is one more entry.
    private static List<LinuxNamespace> namespaces() {
        return List.of(
                LinuxNamespace.fresh(LinuxNamespace.MOUNT),
                LinuxNamespace.fresh(LinuxNamespace.NETWORK),
                LinuxNamespace.fresh(LinuxNamespace.UTS),
                LinuxNamespace.fresh(LinuxNamespace.PID),
                LinuxNamespace.fresh(LinuxNamespace.IPC));
    }

    private static List<String> maskedPaths(HostFacts host) {
        var paths = new ArrayList<>(MASKED);
        paths.addAll(host.throttled());
        return paths;
    }

    // Deny everything first: a list that only allows would be read as allow all (GHSA-g54h-m393-cpwq).
    private static List<LinuxDeviceCgroup> deviceRules() {
        return List.of(
                new LinuxDeviceCgroup(false, null, null, null, "rwm"),
                device(true, 1, 5L, "rwm"), // zero
                device(true, 1, 3L, "rwm"), // null
                device(true, 1, 7L, "rwm"), // full
                device(true, 1, 9L, "rwm"), // urandom
                device(true, 1, 8L, "rwm"), // random
                device(true, 5, 0L, "rwm"), // tty
                device(true, 5, 1L, "rwm"), // console
                device(true, 5, 2L, "rwm"), // ptmx
                new LinuxDeviceCgroup(true, "c", 136L, null, "rwm"), // pseudo terminals
                new LinuxDeviceCgroup(true, "c", null, null, "m"), // a node may be made, yet not opened
                new LinuxDeviceCgroup(true, "b", null, null, "m"),
                device(false, 10, 229L, "rwm")); // fuse
    }

    private static LinuxDeviceCgroup device(boolean allow, long major, Long minor, String access) {
        return new LinuxDeviceCgroup(allow, "c", major, minor, access);
    }
}
