package jdocker.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The {@code HostConfig} of a create request. */
final class HostConfigRequest {
    private final ContainerOptions options;
    private final Invocation invocation;

    HostConfigRequest(ContainerOptions options, Invocation invocation) {
        this.options = options;
        this.invocation = invocation;
    }

    JsonObject json(PortOptions ports, List<NetworkOption> networks) {
        ContainerOptions.StorageOptions storage = options.storage;
        JsonObject json = new JsonObject()
                .with("Binds", CreateRequest.orNull(binds()))
                .with("ContainerIDFile", options.cidFile.text())
                .with(
                        "LogConfig",
                        new JsonObject().with("Type", storage.logDriver.text()).with("Config", logOptions()))
                .with(
                        "NetworkMode",
                        networks.isEmpty() ? "default" : networks.getFirst().target())
                .with("PortBindings", ports.bindings())
                .with("RestartPolicy", restartPolicy())
                .with("AutoRemove", options.autoRemove.isOn())
                .with("VolumeDriver", storage.volumeDriver.text())
                .with("VolumesFrom", CreateRequest.orNull(storage.volumesFrom.values()))
                .with("ConsoleSize", consoleSize());
        if (options.process.annotation.isSet()) {
            json.with("Annotations", CreateRequest.pairs(options.process.annotation.values()));
        }
        isolation(json);
        resources(json);
        List<JsonObject> mounts = new ArrayList<>();
        for (String mount : storage.mount.values()) {
            mounts.add(MountOption.parse(mount).toJson(invocation.directory()));
        }
        if (!mounts.isEmpty()) {
            json.with("Mounts", mounts);
        }
        boolean openPaths = options.isolation.securityOpt.values().contains("systempaths=unconfined");
        json.with("MaskedPaths", openPaths ? List.of() : null).with("ReadonlyPaths", openPaths ? List.of() : null);
        if (options.process.init.isSet()) {
            json.with("Init", options.process.init.isOn());
        }
        return json;
    }

    private void isolation(JsonObject json) {
        ContainerOptions.IsolationOptions isolation = options.isolation;
        ContainerOptions.NetworkFlags network = options.network;
        json.with("CapAdd", CreateRequest.capabilities(isolation.capAdd.values(), List.of()))
                .with("CapDrop", CreateRequest.capabilities(isolation.capDrop.values(), isolation.capAdd.values()))
                .with("CgroupnsMode", isolation.cgroupns.text())
                .with("Dns", network.dns.values())
                .with("DnsOptions", network.dnsOption.values())
                .with("DnsSearch", dnsSearch(network.dnsSearch.values()))
                .with("ExtraHosts", CreateRequest.orNull(extraHosts(network.addHost.values())))
                .with("GroupAdd", CreateRequest.orNull(isolation.groupAdd.values()))
                .with("IpcMode", isolation.ipc.text())
                .with("Cgroup", "")
                .with("Links", CreateRequest.orNull(network.link.values()))
                .with("OomScoreAdj", options.resources.oomScoreAdj.number())
                .with("PidMode", isolation.pid.text())
                .with("Privileged", isolation.privileged.isOn())
                .with("PublishAllPorts", network.publishAll.isOn())
                .with("ReadonlyRootfs", isolation.readOnly.isOn())
                .with("SecurityOpt", securityOptions());
        if (options.storage.storageOpt.isSet()) {
            json.with("StorageOpt", storageOptions());
        }
        if (options.storage.tmpfs.isSet()) {
            json.with("Tmpfs", tmpfs());
        }
        json.with("UTSMode", isolation.uts.text())
                .with("UsernsMode", isolation.userns.text())
                .with("ShmSize", options.resources.shmSize.number());
        if (isolation.sysctl.isSet()) {
            json.with("Sysctls", CreateRequest.pairs(isolation.sysctl.values()));
        }
        if (!isolation.runtime.text().isEmpty()) {
            json.with("Runtime", isolation.runtime.text());
        }
        json.with("Isolation", isolation.isolation.text());
    }

    private void resources(JsonObject json) {
        ContainerOptions.ResourceOptions resources = options.resources;
        json.with("CpuShares", resources.cpuShares.number())
                .with("Memory", resources.memory.number())
                .with("NanoCpus", resources.cpus.number())
                .with("CgroupParent", resources.cgroupParent.text())
                .with("BlkioWeight", resources.blkioWeight.number())
                .with("BlkioWeightDevice", rates(resources.blkioWeightDevice, "Weight"))
                .with("BlkioDeviceReadBps", rates(resources.deviceReadBps, "Rate"))
                .with("BlkioDeviceWriteBps", rates(resources.deviceWriteBps, "Rate"))
                .with("BlkioDeviceReadIOps", rates(resources.deviceReadIops, "Rate"))
                .with("BlkioDeviceWriteIOps", rates(resources.deviceWriteIops, "Rate"))
                .with("CpuPeriod", resources.cpuPeriod.number())
                .with("CpuQuota", resources.cpuQuota.number())
                .with("CpuRealtimePeriod", resources.cpuRtPeriod.number())
                .with("CpuRealtimeRuntime", resources.cpuRtRuntime.number())
                .with("CpusetCpus", resources.cpusetCpus.text())
                .with("CpusetMems", resources.cpusetMems.text())
                .with("Devices", devices())
                .with("DeviceCgroupRules", CreateRequest.orNull(resources.deviceCgroupRule.values()))
                .with("DeviceRequests", deviceRequests())
                .with("MemoryReservation", resources.memoryReservation.number())
                .with("MemorySwap", resources.memorySwap.number())
                .with("MemorySwappiness", resources.memorySwappiness.number())
                .with("OomKillDisable", resources.oomKillDisable.isOn())
                .with("PidsLimit", resources.pidsLimit.number())
                .with("Ulimits", ulimits())
                .with("CpuCount", resources.cpuCount.number())
                .with("CpuPercent", resources.cpuPercent.number())
                .with("IOMaximumIOps", resources.ioMaxIops.number())
                .with("IOMaximumBandwidth", resources.ioMaxBandwidth.number());
    }

    private List<Object> consoleSize() {
        return invocation.terminal().isOutput()
                ? invocation
                        .terminal()
                        .size()
                        .map(size -> List.<Object>of(size.rows(), size.columns()))
                        .orElse(List.of(0, 0))
                : List.of(0, 0);
    }

    private List<String> binds() {
        List<String> binds = new ArrayList<>();
        for (String volume : options.storage.volume.values()) {
            int colon = volume.indexOf(':');
            if (colon >= 0) {
                String source = MountOption.absolute(volume.substring(0, colon), invocation.directory());
                String bind = source + volume.substring(colon);
                if (!binds.contains(bind)) {
                    binds.add(bind);
                }
            }
        }
        return binds;
    }

    private JsonObject logOptions() {
        if (options.storage.logDriver.text().equals("none") && options.storage.logOpt.isSet()) {
            throw new CliError("invalid logging opts for driver none");
        }
        return CreateRequest.pairs(options.storage.logOpt.values());
    }

    private JsonObject restartPolicy() {
        return restartPolicy(options.process.restart.text());
    }

    static JsonObject restartPolicy(String policy) {
        int colon = policy.indexOf(':');
        String name = colon < 0 ? policy : policy.substring(0, colon);
        long retries = 0;
        if (colon >= 0) {
            try {
                retries = Values.integer(policy.substring(colon + 1));
            } catch (IllegalArgumentException _) {
                throw new CliError("invalid restart policy format: maximum retry count must be an integer");
            }
        }
        if (name.isEmpty() && colon >= 0) {
            throw new CliError("invalid restart policy format: no policy provided before colon");
        }
        return new JsonObject().with("Name", name).with("MaximumRetryCount", retries);
    }

    private static List<String> dnsSearch(List<String> given) {
        List<String> domains = new ArrayList<>();
        for (String domain : given) {
            domains.add(Values.dnsSearch(domain));
        }
        return domains;
    }

    private static List<String> extraHosts(List<String> given) {
        List<String> hosts = new ArrayList<>();
        for (String host : given) {
            hosts.add(Values.addHost(host));
        }
        return hosts;
    }

    private @Nullable List<String> securityOptions() {
        if (!options.isolation.securityOpt.isSet()) {
            return null;
        }
        List<String> result = new ArrayList<>();
        for (String option : options.isolation.securityOpt.values()) {
            int split = option.contains("=") ? option.indexOf('=') : option.indexOf(':');
            if (split < 0 && !option.equals("no-new-privileges")) {
                throw new CliError("Invalid --security-opt: \"" + option + "\"");
            }
            String value = option.substring(split + 1);
            if (split > 0
                    && option.substring(0, split).equals("seccomp")
                    && !value.equals("unconfined")
                    && !value.equals("builtin")) {
                result.add("seccomp=" + seccompProfile(value));
            } else if (!option.equals("systempaths=unconfined")) {
                result.add(option);
            }
        }
        return result;
    }

    private String seccompProfile(String file) {
        try {
            return JsonIndent.compact(Files.readString(invocation.directory().resolve(file)));
        } catch (IOException e) {
            throw new CliError("opening seccomp profile (" + file + ") failed: " + KeyValueFiles.reason(file, e));
        }
    }

    private JsonObject storageOptions() {
        for (String option : options.storage.storageOpt.values()) {
            if (!option.contains("=")) {
                throw new CliError("invalid storage option");
            }
        }
        return CreateRequest.pairs(options.storage.storageOpt.values());
    }

    private JsonObject tmpfs() {
        JsonObject mounts = new JsonObject(new TreeMap<>());
        for (String mount : options.storage.tmpfs.values()) {
            int colon = mount.indexOf(':');
            mounts.with(colon < 0 ? mount : mount.substring(0, colon), colon < 0 ? "" : mount.substring(colon + 1));
        }
        return mounts;
    }

    private static List<JsonObject> rates(Flag flag, String valueName) {
        List<JsonObject> rates = new ArrayList<>();
        for (String value : flag.values()) {
            Values.DeviceRate rate = flag.kind() == FlagKind.WEIGHT_DEVICE
                    ? Values.weightDevice(value)
                    : flag.kind() == FlagKind.BPS_DEVICE
                            ? Values.bytesPerSecond(value)
                            : Values.operationsPerSecond(value);
            rates.add(new JsonObject().with("Path", rate.path()).with(valueName, rate.rate()));
        }
        return rates;
    }

    private List<JsonObject> ulimits() {
        List<Values.Ulimit> limits = new ArrayList<>();
        for (String value : options.resources.ulimit.values()) {
            Values.Ulimit limit = Values.ulimit(value);
            limits.removeIf(earlier -> earlier.name().equals(limit.name()));
            limits.add(limit);
        }
        limits.sort(Comparator.comparing(Values.Ulimit::name));
        List<JsonObject> json = new ArrayList<>();
        for (Values.Ulimit limit : limits) {
            json.add(new JsonObject()
                    .with("Name", limit.name())
                    .with("Hard", limit.hard())
                    .with("Soft", limit.soft()));
        }
        return json;
    }

    private @Nullable List<JsonObject> deviceRequests() {
        List<JsonObject> requests = new ArrayList<>();
        for (String gpus : options.resources.gpus.values()) {
            requests.add(GpuOption.parse(gpus));
        }
        return requests.isEmpty() ? null : requests;
    }

    private List<JsonObject> devices() {
        List<JsonObject> devices = new ArrayList<>();
        for (String device : options.resources.device.values()) {
            devices.addAll(device(device));
        }
        return devices;
    }

    // host[:container][:rwm]
    private static List<JsonObject> device(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length > 3 || parts[0].isEmpty()) {
            throw new CliError("bad format for path: " + text);
        }
        String host = parts[0];
        String inside = parts.length > 1 && !isDeviceMode(parts[1]) ? parts[1] : "";
        String mode = parts.length == 3 ? parts[2] : parts.length == 2 && inside.isEmpty() ? parts[1] : "rwm";
        if (parts.length == 3 && !isDeviceMode(mode)) {
            throw new CliError("bad mode specified: " + mode);
        }
        String absolute = inside.isEmpty() ? host : inside;
        boolean qualified = host.contains("/") && host.contains("=") && !host.startsWith("/");
        if (!absolute.startsWith("/") && !qualified) {
            throw new CliError(absolute + " is not an absolute path");
        }
        if (!host.endsWith("*")) {
            return List.of(mapping(host, inside.isEmpty() ? host : inside, mode));
        }
        if (!inside.isEmpty()) {
            throw new CliError("device with * suffix can't have dst: " + text);
        }
        return matching(host, mode);
    }

    private static List<JsonObject> matching(String pattern, String mode) {
        Path path = Path.of(pattern);
        List<JsonObject> found = new ArrayList<>();
        Path parent = path.getParent();
        Path name = path.getFileName();
        if (parent == null || name == null) {
            return found;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, name.toString())) {
            for (Path entry : entries) {
                found.add(mapping(entry.toString(), entry.toString(), mode));
            }
        } catch (IOException _) {
            // No such directory: nothing matches.
        }
        found.sort(Comparator.comparing(device -> device.text("PathOnHost")));
        return found;
    }

    private static JsonObject mapping(String host, String inside, String mode) {
        return new JsonObject()
                .with("PathOnHost", host)
                .with("PathInContainer", inside)
                .with("CgroupPermissions", mode);
    }

    private static boolean isDeviceMode(String mode) {
        boolean good = !mode.isEmpty() && mode.length() <= 3;
        for (int i = 0; i < mode.length(); i++) {
            good &= "rwm".indexOf(mode.charAt(i)) >= 0 && mode.indexOf(mode.charAt(i)) == i;
        }
        return good;
    }
}
