package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /containers/create}, field by field in the order and with the empty values docker sends. */
final class CreateRequest {
    private final ContainerOptions options;
    private final Invocation invocation;

    private CreateRequest(ContainerOptions options, Invocation invocation) {
        this.options = options;
        this.invocation = invocation;
    }

    /** @param words the image, then the command if there is one */
    static JsonObject of(ContainerOptions options, List<String> words, Invocation invocation) {
        try {
            return new CreateRequest(options, invocation).whole(words);
        } catch (IllegalArgumentException e) {
            throw new CliError(String.valueOf(e.getMessage()));
        }
    }

    private JsonObject whole(List<String> words) {
        check();
        List<String> streams = lower(options.attach.values());
        boolean stdin = streams.contains("stdin") || options.interactive.isOn();
        boolean both = streams.isEmpty();
        ContainerOptions.ProcessOptions process = options.process;
        PortOptions ports = PortOptions.of(options.network.publish.values(), options.network.expose.values());
        JsonObject json = new JsonObject()
                .with("Hostname", process.hostname.text())
                .with("Domainname", process.domainname.text())
                .with("User", process.user.text())
                .with("AttachStdin", stdin)
                .with("AttachStdout", both || streams.contains("stdout"))
                .with("AttachStderr", both || streams.contains("stderr"));
        if (!ports.exposed().fields().isEmpty()) {
            json.with("ExposedPorts", ports.exposed());
        }
        json.with("Tty", options.tty.isOn())
                .with("OpenStdin", options.interactive.isOn())
                .with("StdinOnce", options.interactive.isOn() && stdin)
                .with("Env", orNull(KeyValueFiles.environment(process.envFile, process.env, invocation)))
                .with("Cmd", orNull(words.subList(1, words.size())));
        JsonObject health = health();
        if (health != null) {
            json.with("Healthcheck", health);
        }
        json.with("Image", words.getFirst())
                .with("Volumes", anonymousVolumes())
                .with("WorkingDir", process.workdir.text())
                .with("Entrypoint", process.entrypoint.isSet() ? List.of(process.entrypoint.text()) : null)
                .with("OnBuild", null)
                .with("Labels", pairs(KeyValueFiles.labels(process.labelFile, process.label, invocation)));
        if (process.stopSignal.isSet()) {
            json.with("StopSignal", process.stopSignal.text());
        }
        if (process.stopTimeout.isSet()) {
            json.with("StopTimeout", process.stopTimeout.number());
        }
        List<NetworkOption> networks = NetworkSettings.networks(options.network);
        return json.with("HostConfig", new HostConfigRequest(options, invocation).json(ports, networks))
                .with("NetworkingConfig", NetworkSettings.of(networks, options.network));
    }

    private void check() {
        long swappiness = options.resources.memorySwappiness.number();
        if (swappiness < -1 || swappiness > 100) {
            throw new CliError("invalid value: " + swappiness + ". Valid memory swappiness range is 0-100");
        }
        mode("pid", options.isolation.pid.text(), "PID");
        mode("uts", options.isolation.uts.text(), "UTS");
        mode("userns", options.isolation.userns.text(), "USER");
        String cgroupns = options.isolation.cgroupns.text();
        if (!cgroupns.isEmpty() && !cgroupns.equals("private") && !cgroupns.equals("host")) {
            throw new CliError("--cgroupns: invalid CGROUP mode");
        }
        String restart = options.process.restart.text();
        if (options.autoRemove.isOn() && !restart.isEmpty() && !restart.equals("no")) {
            throw new CliError("conflicting options: cannot specify both --restart and --rm");
        }
    }

    private static void mode(String flag, String value, String name) {
        boolean good = value.isEmpty()
                || value.equals("host")
                || (flag.equals("pid") && value.startsWith("container:") && value.length() > "container:".length());
        if (!good) {
            throw new CliError("--" + flag + ": invalid " + name + " mode");
        }
    }

    private @Nullable JsonObject health() {
        ContainerOptions.ProcessOptions process = options.process;
        List<Flag> times = List.of(
                process.healthInterval,
                process.healthTimeout,
                process.healthStartPeriod,
                process.healthStartInterval,
                process.healthRetries);
        boolean wanted = !process.healthCmd.text().isEmpty();
        for (Flag time : times) {
            wanted |= time.number() != 0;
            if (time.number() < 0) {
                throw new CliError("--" + time.name() + " cannot be negative");
            }
        }
        if (process.noHealthcheck.isOn()) {
            if (wanted) {
                throw new CliError("--no-healthcheck conflicts with --health-* options");
            }
            return new JsonObject().with("Test", List.of("NONE"));
        }
        if (!wanted) {
            return null;
        }
        JsonObject health = new JsonObject();
        if (!process.healthCmd.text().isEmpty()) {
            health.with("Test", List.of("CMD-SHELL", process.healthCmd.text()));
        }
        unlessZero(health, "Interval", process.healthInterval);
        unlessZero(health, "Timeout", process.healthTimeout);
        unlessZero(health, "StartPeriod", process.healthStartPeriod);
        unlessZero(health, "StartInterval", process.healthStartInterval);
        unlessZero(health, "Retries", process.healthRetries);
        return health;
    }

    private static void unlessZero(JsonObject json, String name, Flag flag) {
        if (flag.number() != 0) {
            json.with(name, flag.number());
        }
    }

    private JsonObject anonymousVolumes() {
        JsonObject volumes = new JsonObject(new TreeMap<>());
        for (String volume : options.storage.volume.values()) {
            if (!volume.contains(":")) {
                volumes.with(volume, new JsonObject());
            }
        }
        return volumes;
    }

    /** The list, or null where docker sends null for nothing. */
    static @Nullable List<String> orNull(List<String> list) {
        return list.isEmpty() ? null : list;
    }

    /** {@code name=value} texts as an object, sorted as Go writes maps; the last of one name counts. */
    static JsonObject pairs(List<String> texts) {
        Map<String, @Nullable Object> sorted = new TreeMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            sorted.put(equals < 0 ? text : text.substring(0, equals), equals < 0 ? "" : text.substring(equals + 1));
        }
        return new JsonObject(sorted);
    }

    /** Capabilities in their full names, sorted, without what the other list outweighs. */
    static @Nullable List<String> capabilities(List<String> given, List<String> outweighedBy) {
        TreeSet<String> names = new TreeSet<>();
        for (String name : given) {
            names.add(capability(name));
        }
        if (names.contains("ALL")) {
            names.retainAll(List.of("ALL"));
        }
        for (String name : outweighedBy) {
            names.remove(capability(name));
        }
        return orNull(new ArrayList<>(names));
    }

    private static String capability(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        return upper.equals("ALL") || upper.equals("RESET") || upper.startsWith("CAP_") ? upper : "CAP_" + upper;
    }

    private static List<String> lower(List<String> texts) {
        List<String> lower = new ArrayList<>();
        for (String text : texts) {
            lower.add(text.toLowerCase(Locale.ROOT));
        }
        return lower;
    }
}
