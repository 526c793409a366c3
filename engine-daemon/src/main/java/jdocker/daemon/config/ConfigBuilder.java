package jdocker.daemon.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.daemon.config.DaemonConfig.CgroupDriver;
import jdocker.daemon.config.DaemonConfig.ContainerDefaults;
import jdocker.daemon.config.DaemonConfig.Host;
import jdocker.daemon.config.DaemonConfig.LogLevel;
import jdocker.daemon.config.DaemonConfig.LogSettings;
import jdocker.daemon.config.DaemonConfig.NameServers;
import jdocker.daemon.config.DaemonConfig.Proxies;
import jdocker.daemon.config.DaemonConfig.Roots;
import jdocker.daemon.config.DaemonConfig.Service;
import jdocker.daemon.config.DaemonConfig.Ulimit;
import jdocker.network.address.IpAddress;

/** Makes typed settings of texts; what is wrong it notes and goes on, so that all problems are found at once. */
final class ConfigBuilder {
    private static final Set<String> LOG_OPTIONS =
            Set.of("max-size", "max-file", "compress", "labels", "labels-regex", "env", "env-regex", "tag");

    private final GivenValues given;
    private final Path directory;
    private final List<String> problems;
    private final List<String> notes = new ArrayList<>();

    ConfigBuilder(GivenValues given, Path directory, List<String> problems) {
        this.given = given;
        this.directory = directory;
        this.problems = problems;
    }

    DaemonConfig build() {
        for (Setting setting : given.settings()) {
            checkSupport(setting);
        }
        requireOneOf("storage-driver", "overlay2", Set.of("overlay2"));
        requireOneOf("default-runtime", "runc", Set.of("runc", "io.containerd.runc.v2"));
        Path exec = path("exec-root", "/run/jdocker");
        return new DaemonConfig(
                new Roots(path("data-root", "/var/lib/jdocker"), exec),
                service(exec),
                new LogSettings(
                        logLevel(),
                        requireOneOf("log-format", "text", Set.of("text", "json"))
                                .equals("json")),
                containers(),
                nameServers(),
                new NetworkConfigBuilder(this, problems).build(),
                new Proxies(text("http-proxy", ""), text("https-proxy", ""), text("no-proxy", "")),
                new RegistrySettingsReader(problems)
                        .read(
                                list("registry-mirror"),
                                list("insecure-registry"),
                                list("allow-nondistributable-artifacts"),
                                (int) number("max-concurrent-downloads", 3, 0, 1000),
                                (int) number("max-concurrent-uploads", 5, 0, 1000),
                                (int) number("max-download-attempts", 5, 1, 1000),
                                requireOneOf("keep-blobs", "always", Set.of("always", "never"))
                                        .equals("always"),
                                (int) number("image-gc-high", 0, 0, 99),
                                (int) number("image-gc-low", 75, 0, 99)),
                List.copyOf(notes));
    }

    private void checkSupport(Setting setting) {
        String name = setting.flag().isEmpty() ? setting.key() : "--" + setting.flag();
        switch (setting.support()) {
            case YES -> {}
            case NO_EFFECT -> notes.add(name + " " + setting.note());
            case REFUSED -> {
                String value = given.last(setting).orElse("");
                if (!value.isEmpty() && !value.equals("false")) {
                    problems.add(name + ": " + setting.note());
                }
            }
        }
    }

    private Service service(Path exec) {
        return new Service(
                hosts(),
                text("group", "docker"),
                path("pidfile", exec.resolve("jdockerd.pid").toString()),
                flag("live-restore", true),
                Duration.ofSeconds(number("shutdown-timeout", 15, -1, 86_400)),
                labels(),
                flag("experimental", false),
                features(),
                given.has(Setting.named("oom-score-adjust"))
                        ? Optional.of((int) number("oom-score-adjust", 0, -1000, 1000))
                        : Optional.empty());
    }

    private ContainerDefaults containers() {
        String driver = requireOneOf("log-driver", "json-file", Set.of("json-file", "none"));
        return new ContainerDefaults(
                cgroupParent(),
                cgroupDriver(),
                driver,
                logOptions(driver),
                size("default-shm-size", 64L << 20),
                requireOneOf("default-ipc-mode", "private", Set.of("private", "shareable")),
                requireOneOf("default-cgroupns-mode", "private", Set.of("private", "host")),
                flag("init", false),
                flag("no-new-privileges", false),
                text("seccomp-profile", "builtin"),
                ulimits());
    }

    private NameServers nameServers() {
        List<String> servers = list("dns");
        servers.stream()
                .filter(server -> IpAddress.parse(server).isEmpty())
                .forEach(server -> problems.add("invalid dns server '" + server + "': not an IP address"));
        return new NameServers(servers, list("dns-search"), list("dns-opt"));
    }

    private List<Host> hosts() {
        List<String> texts = list("host");
        return (texts.isEmpty() ? List.of("unix:///run/jdocker.sock") : texts)
                .stream().flatMap(text -> host(text).stream()).toList();
    }

    private Optional<Host> host(String text) {
        if (text.startsWith("unix://")) {
            String path = text.substring("unix://".length());
            return Optional.of(new Host.Unix(directory.resolve(path.isEmpty() ? "/run/jdocker.sock" : path)));
        }
        if (text.startsWith("fd://")) {
            String number = text.substring("fd://".length());
            if (number.isEmpty() || number.equals("*")) {
                return Optional.of(new Host.Activated(Optional.empty()));
            }
            if (number.matches("[0-9]{1,4}") && Integer.parseInt(number) >= 3) {
                return Optional.of(new Host.Activated(Optional.of(Integer.parseInt(number))));
            }
            problems.add("invalid host '" + text + "': not the number of a descriptor");
        } else if (text.startsWith("tcp://") || text.matches("[^/]*:[0-9]*")) {
            problems.add("cannot listen on '" + text
                    + "': TCP is served with TLS only, and TLS is not supported yet; use unix://PATH");
        } else {
            problems.add("invalid host '" + text + "': neither unix://PATH nor fd://");
        }
        return Optional.empty();
    }

    private List<String> labels() {
        List<String> labels = list("label");
        labels.stream()
                .filter(label -> label.indexOf('=') <= 0)
                .forEach(label -> problems.add("invalid label '" + label + "': must be in format 'key=value'"));
        return labels;
    }

    private Map<String, Boolean> features() {
        var features = new LinkedHashMap<String, Boolean>();
        pairs("feature").forEach((name, value) -> features.put(name, value.isEmpty() || bool("feature", value)));
        return features;
    }

    private Map<String, String> logOptions(String driver) {
        var options = new LinkedHashMap<String, String>();
        if (driver.equals("json-file")) {
            options.put("max-size", "10m");
            options.put("max-file", "3");
        }
        pairs("log-opt").forEach((name, value) -> {
            if (!LOG_OPTIONS.contains(name)) {
                problems.add("unknown log opt '" + name + "' for " + driver + " log driver");
            }
            options.put(name, value);
        });
        return options;
    }

    private Map<String, Ulimit> ulimits() {
        var limits = new LinkedHashMap<String, Ulimit>();
        pairs("default-ulimit").forEach((name, value) -> {
            int colon = value.indexOf(':');
            try {
                long soft = Long.parseLong(colon < 0 ? value : value.substring(0, colon));
                long hard = colon < 0 ? soft : Long.parseLong(value.substring(colon + 1));
                if (soft > hard && hard != -1) {
                    problems.add("invalid ulimit '" + name + "=" + value + "': soft limit above hard limit");
                }
                limits.put(name, new Ulimit(soft, hard));
            } catch (NumberFormatException e) {
                problems.add("invalid ulimit '" + name + "=" + value + "': not NAME=SOFT:HARD");
            }
        });
        return limits;
    }

    private String cgroupParent() {
        String parent = text("cgroup-parent", "");
        boolean slice = parent.endsWith(".slice");
        if (parent.contains("..") || slice && parent.contains("/")) {
            problems.add("invalid cgroup-parent '" + parent
                    + "': neither a plain path of the cgroup file system nor the name of a slice");
        }
        return parent.isEmpty() || slice || parent.startsWith("/") ? parent : "/" + parent;
    }

    private Optional<CgroupDriver> cgroupDriver() {
        Optional<CgroupDriver> driver = Optional.empty();
        for (String option : list("exec-opt")) {
            switch (option) {
                case "native.cgroupdriver=cgroupfs" -> driver = Optional.of(CgroupDriver.CGROUPFS);
                case "native.cgroupdriver=systemd" -> driver = Optional.of(CgroupDriver.SYSTEMD);
                default ->
                    problems.add("unknown exec-opt '" + option
                            + "'; there are native.cgroupdriver=cgroupfs and native.cgroupdriver=systemd");
            }
        }
        return driver;
    }

    private LogLevel logLevel() {
        String level = requireOneOf("log-level", "info", Set.of("debug", "info", "warn", "error", "fatal"));
        if (flag("debug", false)) {
            return LogLevel.DEBUG;
        }
        return switch (level) {
            case "debug" -> LogLevel.DEBUG;
            case "warn" -> LogLevel.WARN;
            case "error", "fatal" -> LogLevel.ERROR;
            default -> LogLevel.INFO;
        };
    }

    String text(String name, String otherwise) {
        return given.last(Setting.named(name)).orElse(otherwise);
    }

    private Path path(String name, String otherwise) {
        return directory.resolve(text(name, otherwise)).normalize();
    }

    List<String> list(String name) {
        return List.copyOf(given.all(Setting.named(name)));
    }

    private Map<String, String> pairs(String name) {
        var pairs = new LinkedHashMap<String, String>();
        for (String pair : given.all(Setting.named(name))) {
            int equals = pair.indexOf('=');
            pairs.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        return pairs;
    }

    boolean flag(String name, boolean otherwise) {
        return given.last(Setting.named(name)).map(value -> bool(name, value)).orElse(otherwise);
    }

    private boolean bool(String name, String value) {
        return switch (value) {
            case "true", "1", "t", "T", "TRUE", "True" -> true;
            case "false", "0", "f", "F", "FALSE", "False" -> false;
            default -> {
                problems.add("invalid argument \"" + value + "\" for --" + name + ": not a boolean");
                yield false;
            }
        };
    }

    long number(String name, long otherwise, long min, long max) {
        Optional<String> text = given.last(Setting.named(name));
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text.get());
            if (value >= min && value <= max) {
                return value;
            }
            problems.add("invalid argument \"" + value + "\" for --" + name + ": not within " + min + " and " + max);
        } catch (NumberFormatException e) {
            problems.add("invalid argument \"" + text.get() + "\" for --" + name + ": not a number");
        }
        return otherwise;
    }

    private long size(String name, long otherwise) {
        Optional<String> text = given.last(Setting.named(name));
        if (text.isEmpty()) {
            return otherwise;
        }
        String lower = text.get().toLowerCase(Locale.ROOT).strip();
        String digits = lower.replaceFirst("(ib|b)?$", "");
        int unit = digits.isEmpty() ? -1 : "kmgt".indexOf(digits.charAt(digits.length() - 1));
        try {
            long number = Long.parseLong(unit < 0 ? digits : digits.substring(0, digits.length() - 1));
            if (number >= 0) {
                return Math.multiplyExact(number, 1L << (10 * (unit + 1)));
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // said below
        }
        problems.add("invalid argument \"" + text.get() + "\" for --" + name + ": not a size");
        return otherwise;
    }

    String requireOneOf(String name, String otherwise, Set<String> allowed) {
        String value = text(name, otherwise);
        if (!value.isEmpty() && !allowed.contains(value)) {
            problems.add(name + " '" + value + "' is not supported"
                    + (allowed.size() == 1
                            ? "; there is " + allowed.iterator().next()
                            : "; there are "
                                    + String.join(
                                            ", ", allowed.stream().sorted().toList())));
            return otherwise;
        }
        return value.isEmpty() ? otherwise : value;
    }
}
