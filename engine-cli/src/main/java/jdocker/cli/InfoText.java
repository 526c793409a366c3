package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** The daemon's part of {@code info}, line by line as docker lays it out. */
final class InfoText {
    private final Output out;
    private final JsonObject info;

    InfoText(Output out, JsonObject info) {
        this.out = out;
        this.info = info;
    }

    void print() {
        line("Containers", info.text("Containers"));
        line(" Running", info.text("ContainersRunning"));
        line(" Paused", info.text("ContainersPaused"));
        line(" Stopped", info.text("ContainersStopped"));
        line("Images", info.text("Images"));
        unlessEmpty("Server Version", "ServerVersion");
        line("Storage Driver", info.text("Driver"));
        pairs("DriverStatus");
        pairs("SystemStatus");
        unlessEmpty("Logging Driver", "LoggingDriver");
        unlessEmpty("Cgroup Driver", "CgroupDriver");
        unlessEmpty("Cgroup Version", "CgroupVersion");
        plugins();
        line("Swarm", info.object("Swarm").text("LocalNodeState"));
        runtimes();
        security();
        host();
        registries();
        line("Live Restore Enabled", info.text("LiveRestoreEnabled"));
        out.line("");
    }

    private void plugins() {
        out.line(" Plugins:");
        JsonObject plugins = info.object("Plugins");
        line(" Volume", String.join(" ", plugins.texts("Volume")));
        line(" Network", String.join(" ", plugins.texts("Network")));
        if (!plugins.texts("Authorization").isEmpty()) {
            line(" Authorization", String.join(" ", plugins.texts("Authorization")));
        }
        line(" Log", String.join(" ", plugins.texts("Log")));
    }

    private void runtimes() {
        List<String> names = new ArrayList<>(info.object("Runtimes").fields().keySet());
        if (!names.isEmpty()) {
            names.sort(null);
            line("Runtimes", String.join(" ", names));
            line("Default Runtime", info.text("DefaultRuntime"));
        }
        unlessEmpty("Init Binary", "InitBinary");
        commit("containerd version", "ContainerdCommit");
        commit("runc version", "RuncCommit");
        commit("init version", "InitCommit");
    }

    // An engine that has no such program does not get a line for it.
    private void commit(String label, String key) {
        String id = info.object(key).text("ID");
        if (!id.isEmpty()) {
            line(label, id);
        }
    }

    private void security() {
        List<String> options = info.texts("SecurityOptions");
        if (options.isEmpty()) {
            return;
        }
        out.line(" Security Options:");
        for (String option : options) {
            for (String pair : option.split(",")) {
                int equals = pair.indexOf('=');
                String key = equals < 0 ? "" : pair.substring(0, equals);
                String value = pair.substring(equals + 1);
                if (key.equals("name") || key.isEmpty()) {
                    out.line("  " + value);
                } else {
                    out.line("   " + Character.toUpperCase(key.charAt(0)) + key.substring(1) + ": " + value);
                }
            }
        }
    }

    private void host() {
        unlessEmpty("Kernel Version", "KernelVersion");
        unlessEmpty("Operating System", "OperatingSystem");
        unlessEmpty("OSType", "OSType");
        unlessEmpty("Architecture", "Architecture");
        line("CPUs", info.text("NCPU"));
        line("Total Memory", Units.binarySize(info.number("MemTotal")));
        unlessEmpty("Name", "Name");
        unlessEmpty("ID", "ID");
        line("Docker Root Dir", info.text("DockerRootDir"));
        line("Debug Mode", info.text("Debug"));
        if (info.flag("Debug")) {
            line(" File Descriptors", info.text("NFd"));
            line(" Goroutines", info.text("NGoroutines"));
            line(" System Time", info.text("SystemTime"));
            line(" EventsListeners", info.text("NEventsListener"));
        }
        unlessEmpty("HTTP Proxy", "HttpProxy");
        unlessEmpty("HTTPS Proxy", "HttpsProxy");
        unlessEmpty("No Proxy", "NoProxy");
        list("Labels", info.texts("Labels"));
        line("Experimental", info.text("ExperimentalBuild"));
    }

    private void registries() {
        JsonObject registries = info.object("RegistryConfig");
        List<String> insecure = new ArrayList<>();
        registries.object("IndexConfigs").fields().forEach((name, value) -> {
            if (value instanceof JsonObject index && !index.flag("Secure")) {
                insecure.add(name);
            }
        });
        insecure.addAll(registries.texts("InsecureRegistryCIDRs"));
        list("Insecure Registries", insecure);
        list("Registry Mirrors", registries.texts("Mirrors"));
    }

    private void list(String label, List<String> values) {
        if (!values.isEmpty()) {
            out.line(" " + label + ":");
            values.forEach(value -> out.line("  " + value));
        }
    }

    private void pairs(String key) {
        if (info.get(key) instanceof List<?> pairs) {
            for (Object pair : pairs) {
                if (pair instanceof List<?> two && two.size() == 2) {
                    line(" " + two.getFirst(), String.valueOf(two.getLast()));
                }
            }
        }
    }

    private void unlessEmpty(String label, String key) {
        if (!info.text(key).isEmpty()) {
            line(label, info.text(key));
        }
    }

    private void line(String label, String value) {
        out.line(" " + label + ": " + value);
    }
}
