package jdocker.daemon.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.api.ContainerConfig;
import jdocker.api.HealthConfig;
import jdocker.api.HostConfig;
import jdocker.api.RestartPolicy;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.network.PortPlan;
import jdocker.network.address.IpAddress;
import jdocker.oci.Capability;
import org.jspecify.annotations.Nullable;

/** What a container may ask for; everything that is not served is refused here or warned about, never ignored. */
final class HostConfigRules {
    /** HOST_NAME_MAX of linux/limits.h. */
    private static final int LONGEST_HOST_NAME = 64;

    private static final Set<String> RUNTIMES = Set.of("", "runc", "io.containerd.runc.v2", "jdocker");
    private static final Set<String> IPC = Set.of("", "host", "private", "shareable", "none");
    private static final Set<String> RESTART = Set.of("", "no", "always", "unless-stopped", "on-failure");
    private static final long MILLISECOND = 1_000_000;
    private static final int MAX_OOM_ADJUSTMENT = 1000;

    private HostConfigRules() {}

    /**
     * @throws InvalidRequest naming what cannot be done
     */
    static void check(ContainerConfig config, HostConfig host) {
        checkConfig(config);
        checkNamespaces(config, host);
        checkNetwork(config, host);
        checkRestart(host);
        ResourceRules.check(host);
        checkSecurity(host);
        checkUnsupported(host);
        host.devices().forEach(SpecMounts::access);
        listOf(host.deviceCgroupRules()).forEach(SpecMounts::rule);
        LogOptions.check(host.logConfig());
    }

    /**
     * The same for what can be changed later.
     *
     * @throws InvalidRequest naming what cannot be done
     */
    static void checkUpdate(HostConfig host) {
        ResourceRules.check(host);
        checkRestart(host);
    }

    private static void checkConfig(ContainerConfig config) {
        for (String variable : listOf(config.env())) {
            if (variable.isEmpty() || variable.startsWith("=")) {
                throw new InvalidRequest("invalid environment variable: " + variable);
            }
        }
        if (!config.workingDir().isEmpty() && !config.workingDir().startsWith("/")) {
            throw new InvalidRequest(
                    "the working directory '" + config.workingDir() + "' is invalid, it needs to be an absolute path");
        }
        if (!config.stopSignal().isEmpty()) {
            Signals.parse(config.stopSignal());
        }
        noNul("environment", listOf(config.env()));
        noNul("entrypoint", listOf(config.entrypoint()));
        noNul("command", listOf(config.cmd()));
        noNul(
                "working directory, user or host name",
                List.of(config.workingDir(), config.user(), config.hostname(), config.domainname()));
        checkHealth(config.healthcheck());
    }

    // NUL ends a string for the kernel: what was checked would not be what is run.
    private static void noNul(String what, List<String> texts) {
        if (texts.stream().anyMatch(text -> text.indexOf(0) >= 0)) {
            throw new InvalidRequest("invalid " + what + ": NUL is not allowed");
        }
    }

    private static void checkHealth(@Nullable HealthConfig health) {
        if (health == null) {
            return;
        }
        Map.of(
                        "Interval", health.interval(),
                        "Timeout", health.timeout(),
                        "StartPeriod", health.startPeriod(),
                        "StartInterval", health.startInterval())
                .forEach((name, value) -> {
                    if (value != 0 && value < MILLISECOND) {
                        throw new InvalidRequest(name + " in Healthcheck cannot be less than 1ms");
                    }
                });
        if (health.retries() < 0) {
            throw new InvalidRequest("Retries in Healthcheck cannot be negative");
        }
    }

    private static void checkNamespaces(ContainerConfig config, HostConfig host) {
        if (!IPC.contains(host.ipcMode()) && otherContainer(host.ipcMode()).isEmpty()) {
            throw new InvalidRequest("invalid IPC mode: " + host.ipcMode());
        }
        if (!Set.of("", "host").contains(host.pidMode())
                && otherContainer(host.pidMode()).isEmpty()) {
            throw new InvalidRequest("invalid PID mode: " + host.pidMode());
        }
        if (!Set.of("", "host").contains(host.utsMode())) {
            throw new InvalidRequest("invalid UTS mode: " + host.utsMode());
        }
        if (!Set.of("", "host").contains(host.usernsMode())) {
            throw new InvalidRequest("invalid user namespace mode: " + host.usernsMode());
        }
        if (!Set.of("", "host", "private").contains(host.cgroupnsMode())) {
            throw new InvalidRequest("invalid cgroup namespace mode: " + host.cgroupnsMode());
        }
        if (!config.hostname().isEmpty() && host.utsMode().equals("host")) {
            throw new InvalidRequest("conflicting options: hostname and the UTS mode");
        }
        if (!config.hostname().isEmpty() && otherContainer(host.networkMode()).isPresent()) {
            throw new InvalidRequest("conflicting options: hostname and the network mode");
        }
        for (String entry : listOf(host.extraHosts())) {
            // A line break would add lines of its own to /etc/hosts.
            if (entry.indexOf(':') <= 0 || !isOneWord(entry)) {
                throw new InvalidRequest("bad format for add-host: \"" + entry + "\"");
            }
        }
        for (String name : List.of(config.hostname(), config.domainname())) {
            if (!isOneWord(name) || name.length() > LONGEST_HOST_NAME) {
                throw new InvalidRequest("invalid host name '" + name + "': at most " + LONGEST_HOST_NAME
                        + " characters, without spaces and control characters");
            }
        }
    }

    /** One legacy link: {@code db:database}, or {@code db} for both. */
    record Link(String container, String alias) {}

    static Link link(String text) {
        int colon = text.indexOf(':');
        String container = colon < 0 ? text : text.substring(0, colon);
        String alias = colon < 0 ? text : text.substring(colon + 1);
        // Inspect shows "/db:/web/database", and clients give it back.
        String name = alias.substring(alias.lastIndexOf('/') + 1);
        String bare = container.startsWith("/") ? container.substring(1) : container;
        if (bare.isEmpty() || name.isEmpty() || !isOneWord(bare) || !isOneWord(name) || name.indexOf(':') >= 0) {
            throw new InvalidRequest("bad format for links: " + text);
        }
        return new Link(bare, name);
    }

    private static void checkNetwork(ContainerConfig config, HostConfig host) {
        String mode = host.networkMode();
        boolean shared = otherContainer(mode).isPresent();
        List<String> links = listOf(host.links());
        links.forEach(HostConfigRules::link);
        if (shared) {
            refuseTogether(
                    !links.isEmpty(),
                    "container type network can't be used with links. This would result in" + " undefined behavior");
            refuseTogether(!config.macAddress().isEmpty(), "mac-address and the network mode");
            refuseTogether(
                    !host.portBindings().isEmpty() || host.publishAllPorts(),
                    "port publishing and the container type network mode");
            refuseTogether(
                    config.exposedPorts() != null && !config.exposedPorts().isEmpty(),
                    "port exposing and the container type network mode");
            refuseTogether(!host.dns().isEmpty(), "dns and the network mode");
            refuseTogether(!listOf(host.extraHosts()).isEmpty(), "custom host-to-IP mapping and the network mode");
        }
        if (mode.equals("host")) {
            refuseTogether(
                    !links.isEmpty(),
                    "host type networking can't be used with links. This would result in" + " undefined behavior");
        }
        if (mode.equals("container:")) {
            throw new InvalidRequest("invalid container format container:<name|id>");
        }
        if (!isOneLine(mode)) {
            throw new InvalidRequest("invalid network mode: control characters are not allowed");
        }
        for (String text : listOf(host.dns())) {
            if (IpAddress.parse(text).isEmpty()) {
                throw new InvalidRequest("invalid DNS server '" + text + "': not an IP address");
            }
        }
        // They become lines of resolv.conf.
        for (List<String> words : List.of(listOf(host.dnsSearch()), listOf(host.dnsOptions()))) {
            for (String word : words) {
                if (word.isEmpty() || !isOneWord(word)) {
                    throw new InvalidRequest("invalid DNS search domain or option '" + word + "'");
                }
            }
        }
        PortPlan.check(ContainerNetworks.wish(config, host));
    }

    private static void refuseTogether(boolean asked, String what) {
        if (asked) {
            throw new InvalidRequest("conflicting options: " + what);
        }
    }

    private static boolean isOneLine(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c != 127);
    }

    private static boolean isOneWord(String text) {
        return text.chars().allMatch(c -> c > ' ' && c != 127);
    }

    /** The container in {@code container:NAME}. */
    static Optional<String> otherContainer(String mode) {
        String prefix = "container:";
        return mode.startsWith(prefix) && mode.length() > prefix.length()
                ? Optional.of(mode.substring(prefix.length()))
                : Optional.empty();
    }

    private static void checkRestart(HostConfig host) {
        RestartPolicy policy = host.restartPolicy();
        if (!RESTART.contains(policy.name())) {
            throw new InvalidRequest("invalid restart policy: unknown policy '" + policy.name()
                    + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        }
        if (policy.maximumRetryCount() != 0 && !policy.name().equals("on-failure")) {
            throw new InvalidRequest("invalid restart policy: maximum retry count can only be used with 'on-failure'");
        }
        if (policy.maximumRetryCount() < 0) {
            throw new InvalidRequest("invalid restart policy: maximum retry count cannot be negative");
        }
        if (host.autoRemove() && !Set.of("", "no").contains(policy.name())) {
            throw new InvalidRequest("can't create 'AutoRemove' container with restart policy");
        }
    }

    private static void checkSecurity(HostConfig host) {
        checkCapabilities("CapAdd", host.capAdd());
        checkCapabilities("CapDrop", host.capDrop());
        SecurityOptions.parse(listOf(host.securityOpt()));
        if (host.sysctls() != null) {
            Sysctls.check(host.sysctls(), host);
        }
        if (host.oomScoreAdj() < -MAX_OOM_ADJUSTMENT || host.oomScoreAdj() > MAX_OOM_ADJUSTMENT) {
            throw new InvalidRequest(
                    "Invalid value " + host.oomScoreAdj() + ", range for oom score adj is [-1000, 1000]");
        }
    }

    private static void checkCapabilities(String field, @Nullable List<String> names) {
        for (String name : listOf(names)) {
            if (!name.equalsIgnoreCase("ALL") && Capability.named(name).isEmpty()) {
                throw new InvalidRequest("invalid " + field + ": unknown capability: \"" + name + "\"");
            }
        }
    }

    private static void checkUnsupported(HostConfig host) {
        if (!RUNTIMES.contains(host.runtime())) {
            throw new InvalidRequest("unknown or invalid runtime name: " + host.runtime());
        }
        if (!Set.of("", "default").contains(host.isolation())) {
            throw new InvalidRequest("invalid isolation '" + host.isolation() + "' on linux");
        }
        refuse(otherContainer(host.pidMode()).isPresent(), "sharing the PID namespace of a container");
        refuse(host.deviceRequests() != null && !host.deviceRequests().isEmpty(), "device requests (--gpus)");
        refuse(host.storageOpt() != null && !host.storageOpt().isEmpty(), "storage options (--storage-opt)");
        refuse(!Set.of("", "local").contains(host.volumeDriver()), "volume driver \"" + host.volumeDriver() + "\"");
        refuse(host.cpuRealtimePeriod() != 0 || host.cpuRealtimeRuntime() != 0, "real-time CPU limits");
        refuse(!host.cgroup().isEmpty(), "the Cgroup mode");
        refuse(host.cpuCount() != 0 || host.cpuPercent() != 0, "CpuCount and CpuPercent (Windows)");
        refuse(host.ioMaximumBandwidth() != 0 || host.ioMaximumIops() != 0, "IOMaximum limits (Windows)");
        refuse(host.kernelMemoryTcp() != 0, "kernel TCP memory limits");
    }

    private static void refuse(boolean asked, String what) {
        if (asked) {
            throw new InvalidRequest(what + ": not supported by this engine");
        }
    }

    static <T> List<T> listOf(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
