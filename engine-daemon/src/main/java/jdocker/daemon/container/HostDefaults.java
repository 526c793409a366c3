package jdocker.daemon.container;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import jdocker.api.ContainerConfig;
import jdocker.api.HostConfig;
import jdocker.api.LogConfig;
import jdocker.api.RestartPolicy;
import jdocker.api.Ulimit;
import jdocker.daemon.error.EngineException.InvalidRequest;

/** Fills in what a request leaves open, and warns about what it asks for in vain. */
final class HostDefaults {

    private final ContainerDefaults defaults;

    HostDefaults(ContainerDefaults defaults) {
        this.defaults = defaults;
    }

    HostConfig apply(HostConfig asked, ContainerConfig config, List<String> warnings) {
        HostConfig.Builder host = asked.toBuilder();
        network(asked, config, host, warnings);
        new ResourceSupport(defaults.features()).adapt(asked, host, warnings);
        log(asked, host);
        if (asked.shmSize() == 0) {
            host.shmSize(defaults.shmSize());
        }
        if (asked.ipcMode().isEmpty()) {
            host.ipcMode(defaults.ipcMode());
        }
        if (asked.cgroupnsMode().isEmpty()) {
            // As Docker: on v2 a privileged container has one of its own, too.
            host.cgroupnsMode(asked.privileged() && !defaults.unified() ? "host" : defaults.cgroupnsMode());
        }
        if (asked.cgroupParent().isEmpty()) {
            host.cgroupParent(defaults.cgroupParent());
        } else if (isSlice(asked.cgroupParent()) != isSlice(defaults.cgroupParent())) {
            throw new InvalidRequest(
                    isSlice(asked.cgroupParent())
                            ? "cgroup-parent " + asked.cgroupParent()
                                    + " is a slice: that needs the daemon's exec-opt native.cgroupdriver=systemd"
                            : "cgroup-parent for systemd cgroup should be a valid slice named as \"xxx.slice\"");
        }
        if (asked.runtime().isEmpty()) {
            host.runtime("runc");
        }
        if (asked.restartPolicy().name().isEmpty()) {
            host.restartPolicy(new RestartPolicy("no", 0));
        }
        if (asked.consoleSize().isEmpty()) {
            host.consoleSize(List.of(0, 0));
        } else if (asked.consoleSize().size() != 2
                || asked.consoleSize().stream().anyMatch(n -> n < 0 || n > 65535)) {
            throw new InvalidRequest("invalid console size " + asked.consoleSize() + ": height and width are needed");
        }
        if (asked.init() == null && defaults.init()) {
            host.init(true);
        }
        ulimits(asked, host);
        warnOfMore(asked, warnings);
        SecurityOptions options = SecurityOptions.parse(HostConfigRules.listOf(asked.securityOpt()));
        warnings.addAll(options.warnings());
        try {
            defaults.security().appArmor().check(options.appArmor());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequest(String.valueOf(e.getMessage()));
        }
        return host.build();
    }

    private static void network(
            HostConfig asked, ContainerConfig config, HostConfig.Builder host, List<String> warnings) {
        String mode = asked.networkMode();
        if (mode.isEmpty() || mode.equals("default")) {
            mode = "bridge";
        }
        if (config.networkDisabled()) {
            mode = "none";
        }
        host.networkMode(mode);
        boolean ports = !asked.portBindings().isEmpty() || asked.publishAllPorts();
        if (ports && mode.equals("host")) {
            warnings.add("Published ports are discarded when using host network mode");
        }
    }

    private static boolean isSlice(String parent) {
        return parent.endsWith(".slice") && !parent.contains("/");
    }

    private void log(HostConfig asked, HostConfig.Builder host) {
        LogConfig log = asked.logConfig();
        String type = log.type().isEmpty() ? defaults.logDriver() : log.type();
        var options = new TreeMap<String, String>();
        if (type.equals(defaults.logDriver())) {
            options.putAll(defaults.logOptions());
        }
        options.putAll(log.config());
        host.logConfig(new LogConfig(type, options));
    }

    private void ulimits(HostConfig asked, HostConfig.Builder host) {
        var all = new ArrayList<>(asked.ulimits());
        for (Ulimit standard : defaults.ulimits()) {
            if (all.stream().noneMatch(own -> own.name().equals(standard.name()))) {
                all.add(standard);
            }
        }
        host.ulimits(all);
    }

    private static void warnOfMore(HostConfig asked, List<String> warnings) {
        if (asked.kernelMemory() != 0) {
            warnings.add("Specifying a kernel memory limit is deprecated and has no effect.");
        }
    }

    /** The configuration as it is kept: with a host name, and a warning for what is not done with it yet. */
    ContainerConfig apply(ContainerConfig config, HostConfig host, String id, List<String> warnings) {
        if (config.healthcheck() != null
                && config.healthcheck().test() != null
                && !config.healthcheck().test().isEmpty()
                && !config.healthcheck().test().getFirst().equals("NONE")) {
            warnings.add("The health check is kept, but not run by this engine yet.");
        }
        if (config.volumes() != null && !config.volumes().isEmpty()) {
            warnings.add("What the image has in its volumes is not copied into new ones by this engine yet.");
        }
        boolean hostName = host.utsMode().equals("host") || host.networkMode().equals("host");
        if (!config.hostname().isEmpty()
                || HostConfigRules.otherContainer(host.networkMode()).isPresent()) {
            return config;
        }
        return config.toBuilder()
                .hostname(hostName ? hostName() : id.substring(0, 12))
                .build();
    }

    private static String hostName() {
        try {
            return ContainerFiles.hostName();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
