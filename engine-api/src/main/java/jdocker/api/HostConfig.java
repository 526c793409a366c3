package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a container takes from its host: resources, mounts, namespaces, privileges, ports. Sizes in bytes, CPU time in microseconds or billionths of a CPU, as the names say. */
@WireRecord
public record HostConfig(
        @Nullable List<String> binds,
        @JsonProperty("ContainerIDFile") String containerIdFile,
        LogConfig logConfig,
        String networkMode,
        Map<String, List<PortBinding>> portBindings,
        RestartPolicy restartPolicy,
        boolean autoRemove,
        String volumeDriver,
        @Nullable List<String> volumesFrom,
        List<Integer> consoleSize,
        @OmitEmpty @Nullable Map<String, String> annotations,
        @Nullable List<String> capAdd,
        @Nullable List<String> capDrop,
        String cgroupnsMode,
        List<String> dns,
        List<String> dnsOptions,
        List<String> dnsSearch,
        @Nullable List<String> extraHosts,
        @Nullable List<String> groupAdd,
        String ipcMode,
        String cgroup,
        @Nullable List<String> links,
        int oomScoreAdj,
        String pidMode,
        boolean privileged,
        boolean publishAllPorts,
        boolean readonlyRootfs,
        @Nullable List<String> securityOpt,
        @OmitEmpty @Nullable Map<String, String> storageOpt,
        @OmitEmpty @Nullable Map<String, String> tmpfs,
        @JsonProperty("UTSMode") String utsMode,
        String usernsMode,
        long shmSize,
        @OmitEmpty @Nullable Map<String, String> sysctls,
        @OmitEmpty String runtime,
        String isolation,
        long cpuShares,
        long memory,
        long nanoCpus,
        String cgroupParent,
        int blkioWeight,
        List<WeightDevice> blkioWeightDevice,
        List<ThrottleDevice> blkioDeviceReadBps,
        List<ThrottleDevice> blkioDeviceWriteBps,
        @JsonProperty("BlkioDeviceReadIOps") List<ThrottleDevice> blkioDeviceReadIops,
        @JsonProperty("BlkioDeviceWriteIOps") List<ThrottleDevice> blkioDeviceWriteIops,
        long cpuPeriod,
        long cpuQuota,
        long cpuRealtimePeriod,
        long cpuRealtimeRuntime,
        String cpusetCpus,
        String cpusetMems,
        List<DeviceMapping> devices,
        @Nullable List<String> deviceCgroupRules,
        @Nullable List<DeviceRequest> deviceRequests,
        @OmitEmpty long kernelMemory,
        @JsonProperty("KernelMemoryTCP") @OmitEmpty long kernelMemoryTcp,
        long memoryReservation,
        long memorySwap,
        @Nullable Long memorySwappiness,
        @Nullable Boolean oomKillDisable,
        @Nullable Long pidsLimit,
        List<Ulimit> ulimits,
        long cpuCount,
        long cpuPercent,
        @JsonProperty("IOMaximumIOps") long ioMaximumIops,
        @JsonProperty("IOMaximumBandwidth") long ioMaximumBandwidth,
        @OmitEmpty @Nullable List<MountSpec> mounts,
        @Nullable List<String> maskedPaths,
        @Nullable List<String> readonlyPaths,
        @OmitNull @Nullable Boolean init) {
    public HostConfig {
        binds = Wire.nullable(binds);
        containerIdFile = Wire.text(containerIdFile);
        logConfig = logConfig == null ? LogConfig.NONE : logConfig;
        networkMode = Wire.text(networkMode);
        portBindings = Wire.map(portBindings);
        restartPolicy = restartPolicy == null ? RestartPolicy.NONE : restartPolicy;
        volumeDriver = Wire.text(volumeDriver);
        volumesFrom = Wire.nullable(volumesFrom);
        consoleSize = Wire.list(consoleSize);
        annotations = Wire.nullable(annotations);
        capAdd = Wire.nullable(capAdd);
        capDrop = Wire.nullable(capDrop);
        cgroupnsMode = Wire.text(cgroupnsMode);
        dns = Wire.list(dns);
        dnsOptions = Wire.list(dnsOptions);
        dnsSearch = Wire.list(dnsSearch);
        extraHosts = Wire.nullable(extraHosts);
        groupAdd = Wire.nullable(groupAdd);
        ipcMode = Wire.text(ipcMode);
        cgroup = Wire.text(cgroup);
        links = Wire.nullable(links);
        pidMode = Wire.text(pidMode);
        securityOpt = Wire.nullable(securityOpt);
        storageOpt = Wire.nullable(storageOpt);
        tmpfs = Wire.nullable(tmpfs);
        utsMode = Wire.text(utsMode);
        usernsMode = Wire.text(usernsMode);
        sysctls = Wire.nullable(sysctls);
        runtime = Wire.text(runtime);
        isolation = Wire.text(isolation);
        cgroupParent = Wire.text(cgroupParent);
        blkioWeightDevice = Wire.list(blkioWeightDevice);
        blkioDeviceReadBps = Wire.list(blkioDeviceReadBps);
        blkioDeviceWriteBps = Wire.list(blkioDeviceWriteBps);
        blkioDeviceReadIops = Wire.list(blkioDeviceReadIops);
        blkioDeviceWriteIops = Wire.list(blkioDeviceWriteIops);
        cpusetCpus = Wire.text(cpusetCpus);
        cpusetMems = Wire.text(cpusetMems);
        devices = Wire.list(devices);
        deviceCgroupRules = Wire.nullable(deviceCgroupRules);
        deviceRequests = Wire.nullable(deviceRequests);
        ulimits = Wire.list(ulimits);
        mounts = Wire.nullable(mounts);
        maskedPaths = Wire.nullable(maskedPaths);
        readonlyPaths = Wire.nullable(readonlyPaths);
    }

    /** A record in which nothing is set. */
    public static HostConfig empty() {
        return new Builder().build();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        var b = new Builder();
        b.binds = binds;
        b.containerIdFile = containerIdFile;
        b.logConfig = logConfig;
        b.networkMode = networkMode;
        b.portBindings = portBindings;
        b.restartPolicy = restartPolicy;
        b.autoRemove = autoRemove;
        b.volumeDriver = volumeDriver;
        b.volumesFrom = volumesFrom;
        b.consoleSize = consoleSize;
        b.annotations = annotations;
        b.capAdd = capAdd;
        b.capDrop = capDrop;
        b.cgroupnsMode = cgroupnsMode;
        b.dns = dns;
        b.dnsOptions = dnsOptions;
        b.dnsSearch = dnsSearch;
        b.extraHosts = extraHosts;
        b.groupAdd = groupAdd;
        b.ipcMode = ipcMode;
        b.cgroup = cgroup;
        b.links = links;
        b.oomScoreAdj = oomScoreAdj;
        b.pidMode = pidMode;
        b.privileged = privileged;
        b.publishAllPorts = publishAllPorts;
        b.readonlyRootfs = readonlyRootfs;
        b.securityOpt = securityOpt;
        b.storageOpt = storageOpt;
        b.tmpfs = tmpfs;
        b.utsMode = utsMode;
        b.usernsMode = usernsMode;
        b.shmSize = shmSize;
        b.sysctls = sysctls;
        b.runtime = runtime;
        b.isolation = isolation;
        b.cpuShares = cpuShares;
        b.memory = memory;
        b.nanoCpus = nanoCpus;
        b.cgroupParent = cgroupParent;
        b.blkioWeight = blkioWeight;
        b.blkioWeightDevice = blkioWeightDevice;
        b.blkioDeviceReadBps = blkioDeviceReadBps;
        b.blkioDeviceWriteBps = blkioDeviceWriteBps;
        b.blkioDeviceReadIops = blkioDeviceReadIops;
        b.blkioDeviceWriteIops = blkioDeviceWriteIops;
        b.cpuPeriod = cpuPeriod;
        b.cpuQuota = cpuQuota;
        b.cpuRealtimePeriod = cpuRealtimePeriod;
        b.cpuRealtimeRuntime = cpuRealtimeRuntime;
        b.cpusetCpus = cpusetCpus;
        b.cpusetMems = cpusetMems;
        b.devices = devices;
        b.deviceCgroupRules = deviceCgroupRules;
        b.deviceRequests = deviceRequests;
        b.kernelMemory = kernelMemory;
        b.kernelMemoryTcp = kernelMemoryTcp;
        b.memoryReservation = memoryReservation;
        b.memorySwap = memorySwap;
        b.memorySwappiness = memorySwappiness;
        b.oomKillDisable = oomKillDisable;
        b.pidsLimit = pidsLimit;
        b.ulimits = ulimits;
        b.cpuCount = cpuCount;
        b.cpuPercent = cpuPercent;
        b.ioMaximumIops = ioMaximumIops;
        b.ioMaximumBandwidth = ioMaximumBandwidth;
        b.mounts = mounts;
        b.maskedPaths = maskedPaths;
        b.readonlyPaths = readonlyPaths;
        b.init = init;
        return b;
    }

    /** Sets parts of a {@link HostConfig}; what is not set stays empty. */
    public static final class Builder {
        private @Nullable List<String> binds;
        private String containerIdFile = "";
        private LogConfig logConfig = LogConfig.NONE;
        private String networkMode = "";
        private Map<String, List<PortBinding>> portBindings = Map.of();
        private RestartPolicy restartPolicy = RestartPolicy.NONE;
        private boolean autoRemove;
        private String volumeDriver = "";
        private @Nullable List<String> volumesFrom;
        private List<Integer> consoleSize = List.of();
        private @Nullable Map<String, String> annotations;
        private @Nullable List<String> capAdd;
        private @Nullable List<String> capDrop;
        private String cgroupnsMode = "";
        private List<String> dns = List.of();
        private List<String> dnsOptions = List.of();
        private List<String> dnsSearch = List.of();
        private @Nullable List<String> extraHosts;
        private @Nullable List<String> groupAdd;
        private String ipcMode = "";
        private String cgroup = "";
        private @Nullable List<String> links;
        private int oomScoreAdj;
        private String pidMode = "";
        private boolean privileged;
        private boolean publishAllPorts;
        private boolean readonlyRootfs;
        private @Nullable List<String> securityOpt;
        private @Nullable Map<String, String> storageOpt;
        private @Nullable Map<String, String> tmpfs;
        private String utsMode = "";
        private String usernsMode = "";
        private long shmSize;
        private @Nullable Map<String, String> sysctls;
        private String runtime = "";
        private String isolation = "";
        private long cpuShares;
        private long memory;
        private long nanoCpus;
        private String cgroupParent = "";
        private int blkioWeight;
        private List<WeightDevice> blkioWeightDevice = List.of();
        private List<ThrottleDevice> blkioDeviceReadBps = List.of();
        private List<ThrottleDevice> blkioDeviceWriteBps = List.of();
        private List<ThrottleDevice> blkioDeviceReadIops = List.of();
        private List<ThrottleDevice> blkioDeviceWriteIops = List.of();
        private long cpuPeriod;
        private long cpuQuota;
        private long cpuRealtimePeriod;
        private long cpuRealtimeRuntime;
        private String cpusetCpus = "";
        private String cpusetMems = "";
        private List<DeviceMapping> devices = List.of();
        private @Nullable List<String> deviceCgroupRules;
        private @Nullable List<DeviceRequest> deviceRequests;
        private long kernelMemory;
        private long kernelMemoryTcp;
        private long memoryReservation;
        private long memorySwap;
        private @Nullable Long memorySwappiness;
        private @Nullable Boolean oomKillDisable;
        private @Nullable Long pidsLimit;
        private List<Ulimit> ulimits = List.of();
        private long cpuCount;
        private long cpuPercent;
        private long ioMaximumIops;
        private long ioMaximumBandwidth;
        private @Nullable List<MountSpec> mounts;
        private @Nullable List<String> maskedPaths;
        private @Nullable List<String> readonlyPaths;
        private @Nullable Boolean init;

        public Builder binds(@Nullable List<String> binds) {
            this.binds = binds;
            return this;
        }

        public Builder containerIdFile(String containerIdFile) {
            this.containerIdFile = containerIdFile;
            return this;
        }

        public Builder logConfig(LogConfig logConfig) {
            this.logConfig = logConfig;
            return this;
        }

        public Builder networkMode(String networkMode) {
            this.networkMode = networkMode;
            return this;
        }

        public Builder portBindings(Map<String, List<PortBinding>> portBindings) {
            this.portBindings = portBindings;
            return this;
        }

        public Builder restartPolicy(RestartPolicy restartPolicy) {
            this.restartPolicy = restartPolicy;
            return this;
        }

        public Builder autoRemove(boolean autoRemove) {
            this.autoRemove = autoRemove;
            return this;
        }

        public Builder volumeDriver(String volumeDriver) {
            this.volumeDriver = volumeDriver;
            return this;
        }

        public Builder volumesFrom(@Nullable List<String> volumesFrom) {
            this.volumesFrom = volumesFrom;
            return this;
        }

        public Builder consoleSize(List<Integer> consoleSize) {
            this.consoleSize = consoleSize;
            return this;
        }

        public Builder annotations(@Nullable Map<String, String> annotations) {
            this.annotations = annotations;
            return this;
        }

        public Builder capAdd(@Nullable List<String> capAdd) {
            this.capAdd = capAdd;
            return this;
        }

        public Builder capDrop(@Nullable List<String> capDrop) {
            this.capDrop = capDrop;
            return this;
        }

        public Builder cgroupnsMode(String cgroupnsMode) {
            this.cgroupnsMode = cgroupnsMode;
            return this;
        }

        public Builder dns(List<String> dns) {
            this.dns = dns;
            return this;
        }

        public Builder dnsOptions(List<String> dnsOptions) {
            this.dnsOptions = dnsOptions;
            return this;
        }

        public Builder dnsSearch(List<String> dnsSearch) {
            this.dnsSearch = dnsSearch;
            return this;
        }

        public Builder extraHosts(@Nullable List<String> extraHosts) {
            this.extraHosts = extraHosts;
            return this;
        }

        public Builder groupAdd(@Nullable List<String> groupAdd) {
            this.groupAdd = groupAdd;
            return this;
        }

        public Builder ipcMode(String ipcMode) {
            this.ipcMode = ipcMode;
            return this;
        }

        public Builder cgroup(String cgroup) {
            this.cgroup = cgroup;
            return this;
        }

        public Builder links(@Nullable List<String> links) {
            this.links = links;
            return this;
        }

        public Builder oomScoreAdj(int oomScoreAdj) {
            this.oomScoreAdj = oomScoreAdj;
            return this;
        }

        public Builder pidMode(String pidMode) {
            this.pidMode = pidMode;
            return this;
        }

        public Builder privileged(boolean privileged) {
            this.privileged = privileged;
            return this;
        }

        public Builder publishAllPorts(boolean publishAllPorts) {
            this.publishAllPorts = publishAllPorts;
            return this;
        }

        public Builder readonlyRootfs(boolean readonlyRootfs) {
            this.readonlyRootfs = readonlyRootfs;
            return this;
        }

        public Builder securityOpt(@Nullable List<String> securityOpt) {
            this.securityOpt = securityOpt;
            return this;
        }

        public Builder storageOpt(@Nullable Map<String, String> storageOpt) {
            this.storageOpt = storageOpt;
            return this;
        }

        public Builder tmpfs(@Nullable Map<String, String> tmpfs) {
            this.tmpfs = tmpfs;
            return this;
        }

        public Builder utsMode(String utsMode) {
            this.utsMode = utsMode;
            return this;
        }

        public Builder usernsMode(String usernsMode) {
            this.usernsMode = usernsMode;
            return this;
        }

        public Builder shmSize(long shmSize) {
            this.shmSize = shmSize;
            return this;
        }

        public Builder sysctls(@Nullable Map<String, String> sysctls) {
            this.sysctls = sysctls;
            return this;
        }

        public Builder runtime(String runtime) {
            this.runtime = runtime;
            return this;
        }

        public Builder isolation(String isolation) {
            this.isolation = isolation;
            return this;
        }

        public Builder cpuShares(long cpuShares) {
            this.cpuShares = cpuShares;
            return this;
        }

        public Builder memory(long memory) {
            this.memory = memory;
            return this;
        }

        public Builder nanoCpus(long nanoCpus) {
            this.nanoCpus = nanoCpus;
            return this;
        }

        public Builder cgroupParent(String cgroupParent) {
            this.cgroupParent = cgroupParent;
            return this;
        }

        public Builder blkioWeight(int blkioWeight) {
            this.blkioWeight = blkioWeight;
            return this;
        }

        public Builder blkioWeightDevice(List<WeightDevice> blkioWeightDevice) {
            this.blkioWeightDevice = blkioWeightDevice;
            return this;
        }

        public Builder blkioDeviceReadBps(List<ThrottleDevice> blkioDeviceReadBps) {
            this.blkioDeviceReadBps = blkioDeviceReadBps;
            return this;
        }

        public Builder blkioDeviceWriteBps(List<ThrottleDevice> blkioDeviceWriteBps) {
            this.blkioDeviceWriteBps = blkioDeviceWriteBps;
            return this;
        }

        public Builder blkioDeviceReadIops(List<ThrottleDevice> blkioDeviceReadIops) {
            this.blkioDeviceReadIops = blkioDeviceReadIops;
            return this;
        }

        public Builder blkioDeviceWriteIops(List<ThrottleDevice> blkioDeviceWriteIops) {
            this.blkioDeviceWriteIops = blkioDeviceWriteIops;
            return this;
        }

        public Builder cpuPeriod(long cpuPeriod) {
            this.cpuPeriod = cpuPeriod;
            return this;
        }

        public Builder cpuQuota(long cpuQuota) {
            this.cpuQuota = cpuQuota;
            return this;
        }

        public Builder cpuRealtimePeriod(long cpuRealtimePeriod) {
            this.cpuRealtimePeriod = cpuRealtimePeriod;
            return this;
        }

        public Builder cpuRealtimeRuntime(long cpuRealtimeRuntime) {
            this.cpuRealtimeRuntime = cpuRealtimeRuntime;
            return this;
        }

        public Builder cpusetCpus(String cpusetCpus) {
            this.cpusetCpus = cpusetCpus;
            return this;
        }

        public Builder cpusetMems(String cpusetMems) {
            this.cpusetMems = cpusetMems;
            return this;
        }

        public Builder devices(List<DeviceMapping> devices) {
            this.devices = devices;
            return this;
        }

        public Builder deviceCgroupRules(@Nullable List<String> deviceCgroupRules) {
            this.deviceCgroupRules = deviceCgroupRules;
            return this;
        }

        public Builder deviceRequests(@Nullable List<DeviceRequest> deviceRequests) {
            this.deviceRequests = deviceRequests;
            return this;
        }

        public Builder kernelMemory(long kernelMemory) {
            this.kernelMemory = kernelMemory;
            return this;
        }

        public Builder kernelMemoryTcp(long kernelMemoryTcp) {
            this.kernelMemoryTcp = kernelMemoryTcp;
            return this;
        }

        public Builder memoryReservation(long memoryReservation) {
            this.memoryReservation = memoryReservation;
            return this;
        }

        public Builder memorySwap(long memorySwap) {
            this.memorySwap = memorySwap;
            return this;
        }

        public Builder memorySwappiness(@Nullable Long memorySwappiness) {
            this.memorySwappiness = memorySwappiness;
            return this;
        }

        public Builder oomKillDisable(@Nullable Boolean oomKillDisable) {
            this.oomKillDisable = oomKillDisable;
            return this;
        }

        public Builder pidsLimit(@Nullable Long pidsLimit) {
            this.pidsLimit = pidsLimit;
            return this;
        }

        public Builder ulimits(List<Ulimit> ulimits) {
            this.ulimits = ulimits;
            return this;
        }

        public Builder cpuCount(long cpuCount) {
            this.cpuCount = cpuCount;
            return this;
        }

        public Builder cpuPercent(long cpuPercent) {
            this.cpuPercent = cpuPercent;
            return this;
        }

        public Builder ioMaximumIops(long ioMaximumIops) {
            this.ioMaximumIops = ioMaximumIops;
            return this;
        }

        public Builder ioMaximumBandwidth(long ioMaximumBandwidth) {
            this.ioMaximumBandwidth = ioMaximumBandwidth;
            return this;
        }

        public Builder mounts(@Nullable List<MountSpec> mounts) {
            this.mounts = mounts;
            return this;
        }

        public Builder maskedPaths(@Nullable List<String> maskedPaths) {
            this.maskedPaths = maskedPaths;
            return this;
        }

        public Builder readonlyPaths(@Nullable List<String> readonlyPaths) {
            this.readonlyPaths = readonlyPaths;
            return this;
        }

        public Builder init(@Nullable Boolean init) {
            this.init = init;
            return this;
        }

        public HostConfig build() {
            return new HostConfig(
                    binds,
                    containerIdFile,
                    logConfig,
                    networkMode,
                    portBindings,
                    restartPolicy,
                    autoRemove,
                    volumeDriver,
                    volumesFrom,
                    consoleSize,
                    annotations,
                    capAdd,
                    capDrop,
                    cgroupnsMode,
                    dns,
                    dnsOptions,
                    dnsSearch,
                    extraHosts,
                    groupAdd,
                    ipcMode,
                    cgroup,
                    links,
                    oomScoreAdj,
                    pidMode,
                    privileged,
                    publishAllPorts,
                    readonlyRootfs,
                    securityOpt,
                    storageOpt,
                    tmpfs,
                    utsMode,
                    usernsMode,
                    shmSize,
                    sysctls,
                    runtime,
                    isolation,
                    cpuShares,
                    memory,
                    nanoCpus,
                    cgroupParent,
                    blkioWeight,
                    blkioWeightDevice,
                    blkioDeviceReadBps,
                    blkioDeviceWriteBps,
                    blkioDeviceReadIops,
                    blkioDeviceWriteIops,
                    cpuPeriod,
                    cpuQuota,
                    cpuRealtimePeriod,
                    cpuRealtimeRuntime,
                    cpusetCpus,
                    cpusetMems,
                    devices,
                    deviceCgroupRules,
                    deviceRequests,
                    kernelMemory,
                    kernelMemoryTcp,
                    memoryReservation,
                    memorySwap,
                    memorySwappiness,
                    oomKillDisable,
                    pidsLimit,
                    ulimits,
                    cpuCount,
                    cpuPercent,
                    ioMaximumIops,
                    ioMaximumBandwidth,
                    mounts,
                    maskedPaths,
                    readonlyPaths,
                    init);
        }
    }
}
