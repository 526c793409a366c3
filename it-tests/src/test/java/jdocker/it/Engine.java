package jdocker.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The built engine under test, beside any other on the machine: roots, socket, cgroup parent and network namespace of
 * its own. Closing removes every container, stops the daemon, and fails if anything stays behind.
 */
final class Engine implements AutoCloseable {

    /** The tag of the image that {@link #importBusybox} makes. */
    static final String BUSYBOX = "busybox:latest";

    /** {@code -Djdocker.it.reference=SOCKET}: the client tests run against that engine instead, to calibrate them. */
    private static final @Nullable String REFERENCE = System.getProperty("jdocker.it.reference");

    private static int made;

    private final Path root;
    private final String name;
    private final List<String> flags;
    private final Map<String, String> environment = new HashMap<>();
    private @Nullable Process daemon;

    private Engine(Path root, String name, List<String> flags) {
        this.root = root;
        this.name = name;
        this.flags = flags;
    }

    /** Starts an engine and gives it the busybox image. */
    static Engine withBusybox(String... flags) {
        Engine engine = create(flags);
        engine.start();
        engine.importBusybox();
        return engine;
    }

    static synchronized Engine create(String... flags) {
        made++;
        String name = "jdit-" + ProcessHandle.current().pid() + "-" + made;
        try {
            Path root = Files.createDirectory(Path.of("/var/tmp", name));
            Command.run("ip", "netns", "add", name).ok();
            Command.run("ip", "-n", name, "link", "set", "lo", "up").ok();
            return new Engine(root, name, List.of(flags));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A variable for the daemons that are started from now on. */
    void environment(String variable, String value) {
        environment.put(variable, value);
    }

    static Path dist() {
        return Path.of(Objects.requireNonNull(System.getProperty("jdocker.dist"), "-Djdocker.dist is not set"));
    }

    Path root() {
        return root;
    }

    Path dataRoot() {
        return root.resolve("data");
    }

    Path execRoot() {
        return root.resolve("exec");
    }

    Path socket() {
        return REFERENCE != null ? Path.of(REFERENCE) : root.resolve("jdocker.sock");
    }

    Path log() {
        return root.resolve("daemon.log");
    }

    String cgroupParent() {
        return "/" + name;
    }

    long pid() {
        return Objects.requireNonNull(daemon, "the daemon was not started").pid();
    }

    Http http() {
        return new Http(socket());
    }

    /** Starts the daemon and waits until it answers. */
    void start() {
        if (REFERENCE != null) {
            return;
        }
        var words = new ArrayList<>(List.of(
                "nsenter",
                "--net=/run/netns/" + name,
                "--",
                dist().resolve("bin/jdockerd").toString(),
                "--data-root",
                dataRoot().toString(),
                "--exec-root",
                execRoot().toString(),
                "--pidfile",
                root.resolve("jdockerd.pid").toString(),
                "-H",
                "unix://" + socket(),
                "--cgroup-parent",
                cgroupParent()));
        words.addAll(flags);
        var builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        try {
            daemon = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        eventually("the daemon answers; its log:\n" + tail(), Duration.ofSeconds(30), this::answers);
    }

    boolean answers() {
        if (daemon != null && !daemon.isAlive()) {
            throw new AssertionError("the daemon ended with " + daemon.exitValue() + "; its log:\n" + tail());
        }
        try {
            return Files.exists(socket()) && http().get("/_ping").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** The daemon is gone at once, without a chance to tidy up. */
    void kill9() {
        Objects.requireNonNull(daemon).destroyForcibly();
        awaitDaemonEnd();
    }

    /** SIGTERM, as a service manager stops it. */
    void stop() {
        Objects.requireNonNull(daemon).destroy();
        awaitDaemonEnd();
    }

    void awaitDaemonEnd() {
        try {
            if (!Objects.requireNonNull(daemon).waitFor(30, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
                throw new AssertionError("the daemon did not stop within 30 s; its log:\n" + tail());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean running() {
        return daemon != null && daemon.isAlive();
    }

    /** The stock docker CLI on this engine's socket. */
    CommandResult docker(String... arguments) {
        return dockerCommand(arguments).run("");
    }

    CommandResult dockerWithInput(byte[] input, String... arguments) {
        return dockerCommand(arguments).run(input);
    }

    Command dockerCommand(String... arguments) {
        return client("docker", arguments);
    }

    /** Our own CLI on this engine's socket. */
    CommandResult jdocker(String... arguments) {
        return jdockerCommand(arguments).run("");
    }

    Command jdockerCommand(String... arguments) {
        return client(dist().resolve("bin/jdocker").toString(), arguments);
    }

    /** A program in this engine's network. */
    Command inNetwork(String... words) {
        var all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + name, "--"));
        all.addAll(List.of(words));
        return Command.of(all, Map.of());
    }

    private Command client(String program, String... arguments) {
        var words = new ArrayList<>(List.of(program, "-H", "unix://" + socket()));
        words.addAll(List.of(arguments));
        return Command.of(words, Map.of("DOCKER_CONFIG", root.resolve("client").toString(), "DOCKER_HOST", ""));
    }

    /** A program of the host, as this engine sees it: in its network namespace. */
    CommandResult onHost(String... words) {
        var all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + name, "--"));
        all.addAll(List.of(words));
        return Command.run(all.toArray(String[]::new));
    }

    /** The image of the host's static busybox, as {@code busybox:latest}. */
    void importBusybox() {
        dockerWithInput(TestImages.busyboxRootFs(), "import", "-c", "CMD [\"sh\"]", "-", BUSYBOX)
                .ok();
    }

    String tail() {
        try {
            if (!Files.exists(log())) {
                return "(no log)";
            }
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            return "(" + e.getMessage() + ")";
        }
    }

    static void eventually(String what, Duration within, BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(within);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not within " + within.toSeconds() + " s: " + what);
            }
            sleep(Duration.ofMillis(20));
        }
    }

    static void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            if (!running()) {
                start();
            }
            String ids = docker("ps", "-aq").ok().text();
            if (!ids.isEmpty()) {
                var remove = new ArrayList<>(List.of("rm", "-f"));
                remove.addAll(List.of(ids.split("\n")));
                docker(remove.toArray(String[]::new)).ok();
            }
            if (REFERENCE != null) {
                return;
            }
            List<String> left = Traces.of(this).left();
            stop();
            if (!left.isEmpty()) {
                throw new AssertionError("left behind after every container was removed: " + left);
            }
        } finally {
            if (running()) {
                kill9();
            }
            Traces.of(this).sweep();
            Command.run("ip", "netns", "del", name);
            Command.run("rm", "-rf", "--one-file-system", root.toString());
        }
    }
}
