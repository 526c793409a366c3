package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to {@code GET /info}. */
@WireRecord
public record SystemInfo(
        @JsonProperty("ID") String id,
        int containers,
        int containersRunning,
        int containersPaused,
        int containersStopped,
        int images,
        String driver,
        List<List<String>> driverStatus,
        @OmitEmpty @Nullable List<List<String>> systemStatus,
        PluginsInfo plugins,
        boolean memoryLimit,
        boolean swapLimit,
        @OmitEmpty boolean kernelMemory,
        @JsonProperty("KernelMemoryTCP") @OmitEmpty boolean kernelMemoryTcp,
        boolean cpuCfsPeriod,
        boolean cpuCfsQuota,
        @JsonProperty("CPUShares") boolean cpuShares,
        @JsonProperty("CPUSet") boolean cpuSet,
        boolean pidsLimit,
        @JsonProperty("IPv4Forwarding") boolean ipv4Forwarding,
        boolean bridgeNfIptables,
        boolean bridgeNfIp6tables,
        boolean debug,
        @JsonProperty("NFd") int nFd,
        boolean oomKillDisable,
        @JsonProperty("NGoroutines") int nGoroutines,
        String systemTime,
        String loggingDriver,
        String cgroupDriver,
        @OmitEmpty String cgroupVersion,
        @JsonProperty("NEventsListener") int nEventsListener,
        String kernelVersion,
        String operatingSystem,
        @JsonProperty("OSVersion") String osVersion,
        @JsonProperty("OSType") String osType,
        String architecture,
        String indexServerAddress,
        RegistryConfig registryConfig,
        @JsonProperty("NCPU") int nCpu,
        long memTotal,
        @Nullable List<GenericResource> genericResources,
        String dockerRootDir,
        String httpProxy,
        String httpsProxy,
        String noProxy,
        String name,
        List<String> labels,
        boolean experimentalBuild,
        String serverVersion,
        Map<String, RuntimeInfo> runtimes,
        String defaultRuntime,
        SwarmInfo swarm,
        boolean liveRestoreEnabled,
        String isolation,
        String initBinary,
        Commit containerdCommit,
        Commit runcCommit,
        Commit initCommit,
        List<String> securityOptions,
        @OmitEmpty String productLicense,
        @OmitEmpty @Nullable List<AddressPool> defaultAddressPools,
        @OmitEmpty @Nullable FirewallInfo firewallBackend,
        @JsonProperty("CDISpecDirs") List<String> cdiSpecDirs,
        List<String> warnings) {
    public SystemInfo {
        id = Wire.text(id);
        driver = Wire.text(driver);
        driverStatus = Wire.list(driverStatus);
        systemStatus = Wire.nullable(systemStatus);
        plugins = plugins == null ? PluginsInfo.NONE : plugins;
        systemTime = Wire.text(systemTime);
        loggingDriver = Wire.text(loggingDriver);
        cgroupDriver = Wire.text(cgroupDriver);
        cgroupVersion = Wire.text(cgroupVersion);
        kernelVersion = Wire.text(kernelVersion);
        operatingSystem = Wire.text(operatingSystem);
        osVersion = Wire.text(osVersion);
        osType = Wire.text(osType);
        architecture = Wire.text(architecture);
        indexServerAddress = Wire.text(indexServerAddress);
        registryConfig = registryConfig == null ? RegistryConfig.NONE : registryConfig;
        genericResources = Wire.nullable(genericResources);
        dockerRootDir = Wire.text(dockerRootDir);
        httpProxy = Wire.text(httpProxy);
        httpsProxy = Wire.text(httpsProxy);
        noProxy = Wire.text(noProxy);
        name = Wire.text(name);
        labels = Wire.list(labels);
        serverVersion = Wire.text(serverVersion);
        runtimes = Wire.map(runtimes);
        defaultRuntime = Wire.text(defaultRuntime);
        swarm = swarm == null ? SwarmInfo.NONE : swarm;
        isolation = Wire.text(isolation);
        initBinary = Wire.text(initBinary);
        containerdCommit = containerdCommit == null ? Commit.NONE : containerdCommit;
        runcCommit = runcCommit == null ? Commit.NONE : runcCommit;
        initCommit = initCommit == null ? Commit.NONE : initCommit;
        securityOptions = Wire.list(securityOptions);
        productLicense = Wire.text(productLicense);
        defaultAddressPools = Wire.nullable(defaultAddressPools);
        cdiSpecDirs = Wire.list(cdiSpecDirs);
        warnings = Wire.list(warnings);
    }

    /** A record in which nothing is set. */
    public static SystemInfo empty() {
        return new Builder().build();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        var b = new Builder();
        b.id = id;
        b.containers = containers;
        b.containersRunning = containersRunning;
        b.containersPaused = containersPaused;
        b.containersStopped = containersStopped;
        b.images = images;
        b.driver = driver;
        b.driverStatus = driverStatus;
        b.systemStatus = systemStatus;
        b.plugins = plugins;
        b.memoryLimit = memoryLimit;
        b.swapLimit = swapLimit;
        b.kernelMemory = kernelMemory;
        b.kernelMemoryTcp = kernelMemoryTcp;
        b.cpuCfsPeriod = cpuCfsPeriod;
        b.cpuCfsQuota = cpuCfsQuota;
        b.cpuShares = cpuShares;
        b.cpuSet = cpuSet;
        b.pidsLimit = pidsLimit;
        b.ipv4Forwarding = ipv4Forwarding;
        b.bridgeNfIptables = bridgeNfIptables;
        b.bridgeNfIp6tables = bridgeNfIp6tables;
        b.debug = debug;
        b.nFd = nFd;
        b.oomKillDisable = oomKillDisable;
        b.nGoroutines = nGoroutines;
        b.systemTime = systemTime;
        b.loggingDriver = loggingDriver;
        b.cgroupDriver = cgroupDriver;
        b.cgroupVersion = cgroupVersion;
        b.nEventsListener = nEventsListener;
        b.kernelVersion = kernelVersion;
        b.operatingSystem = operatingSystem;
        b.osVersion = osVersion;
        b.osType = osType;
        b.architecture = architecture;
        b.indexServerAddress = indexServerAddress;
        b.registryConfig = registryConfig;
        b.nCpu = nCpu;
        b.memTotal = memTotal;
        b.genericResources = genericResources;
        b.dockerRootDir = dockerRootDir;
        b.httpProxy = httpProxy;
        b.httpsProxy = httpsProxy;
        b.noProxy = noProxy;
        b.name = name;
        b.labels = labels;
        b.experimentalBuild = experimentalBuild;
        b.serverVersion = serverVersion;
        b.runtimes = runtimes;
        b.defaultRuntime = defaultRuntime;
        b.swarm = swarm;
        b.liveRestoreEnabled = liveRestoreEnabled;
        b.isolation = isolation;
        b.initBinary = initBinary;
        b.containerdCommit = containerdCommit;
        b.runcCommit = runcCommit;
        b.initCommit = initCommit;
        b.securityOptions = securityOptions;
        b.productLicense = productLicense;
        b.defaultAddressPools = defaultAddressPools;
        b.firewallBackend = firewallBackend;
        b.cdiSpecDirs = cdiSpecDirs;
        b.warnings = warnings;
        return b;
    }

    /** Drivers that the engine knows. */
    @WireRecord
    public record PluginsInfo(
            List<String> volume,
            List<String> network,
            @Nullable List<String> authorization,
            List<String> log) {
        public PluginsInfo {
            volume = Wire.list(volume);
            network = Wire.list(network);
            authorization = Wire.nullable(authorization);
            log = Wire.list(log);
        }

        static final PluginsInfo NONE = new PluginsInfo(List.of(), List.of(), null, List.of());
    }

    /** Settings of registries. */
    @WireRecord
    public record RegistryConfig(
            @JsonProperty("AllowNondistributableArtifactsCIDRs") @Nullable
            List<String> allowNondistributableArtifactsCidrs,

            @Nullable List<String> allowNondistributableArtifactsHostnames,
            @JsonProperty("InsecureRegistryCIDRs") List<String> insecureRegistryCidrs,
            Map<String, IndexInfo> indexConfigs,
            List<String> mirrors) {
        public RegistryConfig {
            allowNondistributableArtifactsCidrs = Wire.nullable(allowNondistributableArtifactsCidrs);
            allowNondistributableArtifactsHostnames = Wire.nullable(allowNondistributableArtifactsHostnames);
            insecureRegistryCidrs = Wire.list(insecureRegistryCidrs);
            indexConfigs = Wire.map(indexConfigs);
            mirrors = Wire.list(mirrors);
        }

        static final RegistryConfig NONE = new RegistryConfig(null, null, List.of(), Map.of(), List.of());
    }

    /** One registry. */
    @WireRecord
    public record IndexInfo(String name, List<String> mirrors, boolean secure, boolean official) {
        public IndexInfo {
            name = Wire.text(name);
            mirrors = Wire.list(mirrors);
        }
    }

    /** A resource of the node. */
    @WireRecord
    public record GenericResource(String kind, String value) {
        public GenericResource {
            kind = Wire.text(kind);
            value = Wire.text(value);
        }
    }

    /** One OCI runtime. */
    @WireRecord
    public record RuntimeInfo(
            @JsonProperty("path") @OmitEmpty String path,

            @JsonProperty("runtimeArgs") @OmitEmpty @Nullable
            List<String> runtimeArgs,

            @JsonProperty("status") @OmitEmpty @Nullable Map<String, String> status) {
        public RuntimeInfo {
            path = Wire.text(path);
            runtimeArgs = Wire.nullable(runtimeArgs);
            status = Wire.nullable(status);
        }
    }

    /** State of swarm mode. */
    @WireRecord
    public record SwarmInfo(
            @JsonProperty("NodeID") String nodeId,
            String nodeAddr,
            String localNodeState,
            boolean controlAvailable,
            String error,
            @Nullable List<String> remoteManagers) {
        public SwarmInfo {
            nodeId = Wire.text(nodeId);
            nodeAddr = Wire.text(nodeAddr);
            localNodeState = Wire.text(localNodeState);
            error = Wire.text(error);
            remoteManagers = Wire.nullable(remoteManagers);
        }

        static final SwarmInfo NONE = new SwarmInfo("", "", "inactive", false, "", null);
    }

    /** Build of a part. */
    @WireRecord
    public record Commit(
            @JsonProperty("ID") String id, @OmitEmpty String expected) {
        public Commit {
            id = Wire.text(id);
            expected = Wire.text(expected);
        }

        static final Commit NONE = new Commit("N/A", "");
    }

    /** Addresses for networks. */
    @WireRecord
    public record AddressPool(String base, int size) {
        public AddressPool {
            base = Wire.text(base);
        }
    }

    /** What programs the firewall. */
    @WireRecord
    public record FirewallInfo(
            String driver, @OmitEmpty @Nullable List<List<String>> info) {
        public FirewallInfo {
            driver = Wire.text(driver);
            info = Wire.nullable(info);
        }
    }

    /** Sets parts of a {@link SystemInfo}; what is not set stays empty. */
    public static final class Builder {
        private String id = "";
        private int containers;
        private int containersRunning;
        private int containersPaused;
        private int containersStopped;
        private int images;
        private String driver = "";
        private List<List<String>> driverStatus = List.of();
        private @Nullable List<List<String>> systemStatus;
        private PluginsInfo plugins = PluginsInfo.NONE;
        private boolean memoryLimit;
        private boolean swapLimit;
        private boolean kernelMemory;
        private boolean kernelMemoryTcp;
        private boolean cpuCfsPeriod;
        private boolean cpuCfsQuota;
        private boolean cpuShares;
        private boolean cpuSet;
        private boolean pidsLimit;
        private boolean ipv4Forwarding;
        private boolean bridgeNfIptables;
        private boolean bridgeNfIp6tables;
        private boolean debug;
        private int nFd;
        private boolean oomKillDisable;
        private int nGoroutines;
        private String systemTime = "";
        private String loggingDriver = "";
        private String cgroupDriver = "";
        private String cgroupVersion = "";
        private int nEventsListener;
        private String kernelVersion = "";
        private String operatingSystem = "";
        private String osVersion = "";
        private String osType = "";
        private String architecture = "";
        private String indexServerAddress = "";
        private RegistryConfig registryConfig = RegistryConfig.NONE;
        private int nCpu;
        private long memTotal;
        private @Nullable List<GenericResource> genericResources;
        private String dockerRootDir = "";
        private String httpProxy = "";
        private String httpsProxy = "";
        private String noProxy = "";
        private String name = "";
        private List<String> labels = List.of();
        private boolean experimentalBuild;
        private String serverVersion = "";
        private Map<String, RuntimeInfo> runtimes = Map.of();
        private String defaultRuntime = "";
        private SwarmInfo swarm = SwarmInfo.NONE;
        private boolean liveRestoreEnabled;
        private String isolation = "";
        private String initBinary = "";
        private Commit containerdCommit = Commit.NONE;
        private Commit runcCommit = Commit.NONE;
        private Commit initCommit = Commit.NONE;
        private List<String> securityOptions = List.of();
        private String productLicense = "";
        private @Nullable List<AddressPool> defaultAddressPools;
        private @Nullable FirewallInfo firewallBackend;
        private List<String> cdiSpecDirs = List.of();
        private List<String> warnings = List.of();

        public Builder id(String id) {
            this.id = id;
            return this;
        }

        public Builder containers(int containers) {
            this.containers = containers;
            return this;
        }

        public Builder containersRunning(int containersRunning) {
            this.containersRunning = containersRunning;
            return this;
        }

        public Builder containersPaused(int containersPaused) {
            this.containersPaused = containersPaused;
            return this;
        }

        public Builder containersStopped(int containersStopped) {
            this.containersStopped = containersStopped;
            return this;
        }

        public Builder images(int images) {
            this.images = images;
            return this;
        }

        public Builder driver(String driver) {
            this.driver = driver;
            return this;
        }

        public Builder driverStatus(List<List<String>> driverStatus) {
            this.driverStatus = driverStatus;
            return this;
        }

        public Builder systemStatus(@Nullable List<List<String>> systemStatus) {
            this.systemStatus = systemStatus;
            return this;
        }

        public Builder plugins(PluginsInfo plugins) {
            this.plugins = plugins;
            return this;
        }

        public Builder memoryLimit(boolean memoryLimit) {
            this.memoryLimit = memoryLimit;
            return this;
        }

        public Builder swapLimit(boolean swapLimit) {
            this.swapLimit = swapLimit;
            return this;
        }

        public Builder kernelMemory(boolean kernelMemory) {
            this.kernelMemory = kernelMemory;
            return this;
        }

        public Builder kernelMemoryTcp(boolean kernelMemoryTcp) {
            this.kernelMemoryTcp = kernelMemoryTcp;
            return this;
        }

        public Builder cpuCfsPeriod(boolean cpuCfsPeriod) {
            this.cpuCfsPeriod = cpuCfsPeriod;
            return this;
        }

        public Builder cpuCfsQuota(boolean cpuCfsQuota) {
            this.cpuCfsQuota = cpuCfsQuota;
            return this;
        }

        public Builder cpuShares(boolean cpuShares) {
            this.cpuShares = cpuShares;
            return this;
        }

        public Builder cpuSet(boolean cpuSet) {
            this.cpuSet = cpuSet;
            return this;
        }

        public Builder pidsLimit(boolean pidsLimit) {
            this.pidsLimit = pidsLimit;
            return this;
        }

        public Builder ipv4Forwarding(boolean ipv4Forwarding) {
            this.ipv4Forwarding = ipv4Forwarding;
            return this;
        }

        public Builder bridgeNfIptables(boolean bridgeNfIptables) {
            this.bridgeNfIptables = bridgeNfIptables;
            return this;
        }

        public Builder bridgeNfIp6tables(boolean bridgeNfIp6tables) {
            this.bridgeNfIp6tables = bridgeNfIp6tables;
            return this;
        }

        public Builder debug(boolean debug) {
            this.debug = debug;
            return this;
        }

        public Builder nFd(int nFd) {
            this.nFd = nFd;
            return this;
        }

        public Builder oomKillDisable(boolean oomKillDisable) {
            this.oomKillDisable = oomKillDisable;
            return this;
        }

        public Builder nGoroutines(int nGoroutines) {
            this.nGoroutines = nGoroutines;
            return this;
        }

        public Builder systemTime(String systemTime) {
            this.systemTime = systemTime;
            return this;
        }

        public Builder loggingDriver(String loggingDriver) {
            this.loggingDriver = loggingDriver;
            return this;
        }

        public Builder cgroupDriver(String cgroupDriver) {
            this.cgroupDriver = cgroupDriver;
            return this;
        }

        public Builder cgroupVersion(String cgroupVersion) {
            this.cgroupVersion = cgroupVersion;
            return this;
        }

        public Builder nEventsListener(int nEventsListener) {
            this.nEventsListener = nEventsListener;
            return this;
        }

        public Builder kernelVersion(String kernelVersion) {
            this.kernelVersion = kernelVersion;
            return this;
        }

        public Builder operatingSystem(String operatingSystem) {
            this.operatingSystem = operatingSystem;
            return this;
        }

        public Builder osVersion(String osVersion) {
            this.osVersion = osVersion;
            return this;
        }

        public Builder osType(String osType) {
            this.osType = osType;
            return this;
        }

        public Builder architecture(String architecture) {
            this.architecture = architecture;
            return this;
        }

        public Builder indexServerAddress(String indexServerAddress) {
            this.indexServerAddress = indexServerAddress;
            return this;
        }

        public Builder registryConfig(RegistryConfig registryConfig) {
            this.registryConfig = registryConfig;
            return this;
        }

        public Builder nCpu(int nCpu) {
            this.nCpu = nCpu;
            return this;
        }

        public Builder memTotal(long memTotal) {
            this.memTotal = memTotal;
            return this;
        }

        public Builder genericResources(@Nullable List<GenericResource> genericResources) {
            this.genericResources = genericResources;
            return this;
        }

        public Builder dockerRootDir(String dockerRootDir) {
            this.dockerRootDir = dockerRootDir;
            return this;
        }

        public Builder httpProxy(String httpProxy) {
            this.httpProxy = httpProxy;
            return this;
        }

        public Builder httpsProxy(String httpsProxy) {
            this.httpsProxy = httpsProxy;
            return this;
        }

        public Builder noProxy(String noProxy) {
            this.noProxy = noProxy;
            return this;
        }

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder labels(List<String> labels) {
            this.labels = labels;
            return this;
        }

        public Builder experimentalBuild(boolean experimentalBuild) {
            this.experimentalBuild = experimentalBuild;
            return this;
        }

        public Builder serverVersion(String serverVersion) {
            this.serverVersion = serverVersion;
            return this;
        }

        public Builder runtimes(Map<String, RuntimeInfo> runtimes) {
            this.runtimes = runtimes;
            return this;
        }

        public Builder defaultRuntime(String defaultRuntime) {
            this.defaultRuntime = defaultRuntime;
            return this;
        }

        public Builder swarm(SwarmInfo swarm) {
            this.swarm = swarm;
            return this;
        }

        public Builder liveRestoreEnabled(boolean liveRestoreEnabled) {
            this.liveRestoreEnabled = liveRestoreEnabled;
            return this;
        }

        public Builder isolation(String isolation) {
            this.isolation = isolation;
            return this;
        }

        public Builder initBinary(String initBinary) {
            this.initBinary = initBinary;
            return this;
        }

        public Builder containerdCommit(Commit containerdCommit) {
            this.containerdCommit = containerdCommit;
            return this;
        }

        public Builder runcCommit(Commit runcCommit) {
            this.runcCommit = runcCommit;
            return this;
        }

        public Builder initCommit(Commit initCommit) {
            this.initCommit = initCommit;
            return this;
        }

        public Builder securityOptions(List<String> securityOptions) {
            this.securityOptions = securityOptions;
            return this;
        }

        public Builder productLicense(String productLicense) {
            this.productLicense = productLicense;
            return this;
        }

        public Builder defaultAddressPools(@Nullable List<AddressPool> defaultAddressPools) {
            this.defaultAddressPools = defaultAddressPools;
            return this;
        }

        public Builder firewallBackend(@Nullable FirewallInfo firewallBackend) {
            this.firewallBackend = firewallBackend;
            return this;
        }

        public Builder cdiSpecDirs(List<String> cdiSpecDirs) {
            this.cdiSpecDirs = cdiSpecDirs;
            return this;
        }

        public Builder warnings(List<String> warnings) {
            this.warnings = warnings;
            return this;
        }

        public SystemInfo build() {
            return new SystemInfo(
                    id,
                    containers,
                    containersRunning,
                    containersPaused,
                    containersStopped,
                    images,
                    driver,
                    driverStatus,
                    systemStatus,
                    plugins,
                    memoryLimit,
                    swapLimit,
                    kernelMemory,
                    kernelMemoryTcp,
                    cpuCfsPeriod,
                    cpuCfsQuota,
                    cpuShares,
                    cpuSet,
                    pidsLimit,
                    ipv4Forwarding,
                    bridgeNfIptables,
                    bridgeNfIp6tables,
                    debug,
                    nFd,
                    oomKillDisable,
                    nGoroutines,
                    systemTime,
                    loggingDriver,
                    cgroupDriver,
                    cgroupVersion,
                    nEventsListener,
                    kernelVersion,
                    operatingSystem,
                    osVersion,
                    osType,
                    architecture,
                    indexServerAddress,
                    registryConfig,
                    nCpu,
                    memTotal,
                    genericResources,
                    dockerRootDir,
                    httpProxy,
                    httpsProxy,
                    noProxy,
                    name,
                    labels,
                    experimentalBuild,
                    serverVersion,
                    runtimes,
                    defaultRuntime,
                    swarm,
                    liveRestoreEnabled,
                    isolation,
                    initBinary,
                    containerdCommit,
                    runcCommit,
                    initCommit,
                    securityOptions,
                    productLicense,
                    defaultAddressPools,
                    firewallBackend,
                    cdiSpecDirs,
                    warnings);
        }
    }
}
