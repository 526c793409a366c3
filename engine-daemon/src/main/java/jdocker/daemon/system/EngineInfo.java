package jdocker.daemon.system;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import jdocker.api.SystemInfo;
import jdocker.api.VersionInfo;
import jdocker.api.WireTime;
import jdocker.daemon.config.DaemonConfig;
import jdocker.daemon.event.EventLog;
import jdocker.daemon.http.ApiVersion;

/** The answers to {@code /version} and {@code /info}. */
public final class EngineInfo {
    private static final String UNKNOWN_TIME = "";

    private final String id;
    private final Supplier<DaemonConfig> config;
    private final Supplier<ObjectCounts> counts;
    private final EventLog events;
    private final Path root;
    private final Supplier<HostFacts> host;
    private final Supplier<CgroupFacts> cgroups;
    private final Isolation isolation;

    /**
     * How containers are confined on this host.
     *
     * @param cgroupDriver {@code cgroupfs} or {@code systemd}
     */
    public record Isolation(String cgroupDriver, boolean appArmor) {}

    /**
     * @param id the engine's identity, for as long as its data root lives
     * @param root where the host's files are found
     */
    public EngineInfo(
            String id,
            Supplier<DaemonConfig> config,
            Supplier<ObjectCounts> counts,
            EventLog events,
            Path root,
            Isolation isolation) {
        this.isolation = isolation;
        this.id = id;
        this.config = config;
        this.counts = counts;
        this.events = events;
        this.root = root;
        host = Once.of(() -> HostFacts.read(root));
        cgroups = Once.of(() -> CgroupFacts.read(root.resolve("sys/fs/cgroup")));
    }

    VersionInfo version() {
        HostFacts machine = host.get();
        boolean experimental = config.get().service().experimental();
        String java = "java" + System.getProperty("java.version");
        var engine = new VersionInfo.VersionComponent(
                "Engine",
                EngineVersion.served(),
                Map.of(
                        "ApiVersion", ApiVersion.CURRENT.toString(),
                        "Arch", machine.goArchitecture(),
                        "BuildTime", UNKNOWN_TIME,
                        "Experimental", Boolean.toString(experimental),
                        "GitCommit", EngineVersion.revision(),
                        "GoVersion", java,
                        "KernelVersion", machine.kernel(),
                        "MinAPIVersion", ApiVersion.MINIMUM.toString(),
                        "Os", "linux"));
        var own = new VersionInfo.VersionComponent(
                "jdocker", EngineVersion.own(), Map.of("GitCommit", EngineVersion.revision()));
        var shim = new VersionInfo.VersionComponent(
                "jdocker-shim", EngineVersion.own(), Map.of("GitCommit", EngineVersion.revision()));
        return new VersionInfo(
                new VersionInfo.VersionPlatform("jdocker Engine"),
                List.of(engine, own, shim),
                EngineVersion.served(),
                ApiVersion.CURRENT.toString(),
                ApiVersion.MINIMUM.toString(),
                EngineVersion.revision(),
                java,
                "linux",
                machine.goArchitecture(),
                machine.kernel(),
                experimental,
                UNKNOWN_TIME);
    }

    SystemInfo info() {
        DaemonConfig settings = config.get();
        HostFacts machine = host.get();
        SystemInfo.Builder info = SystemInfo.empty().toBuilder()
                .id(id)
                .driver("overlay2")
                .driverStatus(List.of(
                        List.of("Backing Filesystem", backing(settings.roots().data()))))
                .plugins(new SystemInfo.PluginsInfo(
                        List.of("local"),
                        List.of("bridge", "host", "ipvlan", "macvlan", "null"),
                        null,
                        List.of("json-file", "none")))
                .debug(settings.log().debug())
                .nFd(entries(root.resolve("proc/self/fd")))
                .nGoroutines(entries(root.resolve("proc/self/task")))
                .systemTime(WireTime.format(Instant.now()))
                .loggingDriver(settings.containers().logDriver())
                .nEventsListener(events.readers())
                .kernelVersion(machine.kernel())
                .operatingSystem(machine.system())
                .osVersion(machine.systemVersion())
                .osType("linux")
                .architecture(machine.architecture())
                .indexServerAddress("https://index.docker.io/v1/")
                .registryConfig(registries(settings))
                .nCpu(machine.processors())
                .memTotal(machine.memory())
                .dockerRootDir(settings.roots().data().toString())
                .httpProxy(settings.proxies().http())
                .httpsProxy(settings.proxies().https())
                .noProxy(settings.proxies().none())
                .name(machine.name())
                .labels(settings.service().labels())
                .experimentalBuild(settings.service().experimental())
                .serverVersion(EngineVersion.served())
                .runtimes(Map.of("runc", new SystemInfo.RuntimeInfo("jdocker-shim", null, null)))
                .defaultRuntime("runc")
                .liveRestoreEnabled(settings.service().liveRestore())
                .initBinary("jdocker-shim")
                .securityOptions(securityOptions(settings));
        return limits(counted(info)).build();
    }

    private static SystemInfo.RegistryConfig registries(DaemonConfig settings) {
        List<String> mirrors = settings.registries().mirrors().stream()
                .filter(mirror -> mirror.startsWith("docker.io="))
                .map(mirror -> mirror.substring("docker.io=".length()))
                .toList();
        var networks = new ArrayList<>(List.of("::1/128", "127.0.0.0/8"));
        var indexes = new LinkedHashMap<String, SystemInfo.IndexInfo>();
        indexes.put("docker.io", new SystemInfo.IndexInfo("docker.io", mirrors, true, true));
        for (String entry : settings.registries().insecure()) {
            if (entry.contains("/")) {
                networks.add(entry);
            } else {
                indexes.put(entry, new SystemInfo.IndexInfo(entry, List.of(), false, false));
            }
        }
        return new SystemInfo.RegistryConfig(null, null, networks, indexes, mirrors);
    }

    private SystemInfo.Builder counted(SystemInfo.Builder info) {
        ObjectCounts now = counts.get();
        return info.containers(now.containers())
                .containersRunning(now.running())
                .containersPaused(now.paused())
                .containersStopped(now.stopped())
                .images(now.images());
    }

    private SystemInfo.Builder limits(SystemInfo.Builder info) {
        CgroupFacts can = cgroups.get();
        var warnings = new ArrayList<>(can.warnings());
        return info.cgroupDriver(isolation.cgroupDriver())
                .cgroupVersion(can.version())
                .memoryLimit(can.memory())
                .swapLimit(can.swap())
                .cpuCfsPeriod(can.cpuQuota())
                .cpuCfsQuota(can.cpuQuota())
                .cpuShares(can.cpuShares())
                .cpuSet(can.cpuset())
                .pidsLimit(can.pids())
                .oomKillDisable(can.oomKillDisable())
                .ipv4Forwarding(HostFacts.lines(root.resolve("proc/sys/net/ipv4/ip_forward"))
                        .contains("1"))
                .warnings(warnings);
    }

    private List<String> securityOptions(DaemonConfig settings) {
        var options = new ArrayList<String>();
        if (isolation.appArmor()) {
            options.add("name=apparmor");
        }
        options.add("name=seccomp,profile=" + settings.containers().seccompProfile());
        if (cgroups.get().version().equals("2")) {
            options.add("name=cgroupns");
        }
        if (settings.containers().noNewPrivileges()) {
            options.add("name=no-new-privileges");
        }
        return options;
    }

    /** In Docker's words. */
    private static String backing(Path data) {
        try {
            String type = Files.getFileStore(data).type();
            return type.startsWith("ext") ? "extfs" : type;
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static int entries(Path directory) {
        String[] names = new File(directory.toString()).list();
        return names == null ? 0 : names.length;
    }
}
