package jdocker.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Debian's dockerd beside an engine under test: in its network, below its cgroup, under its root; ended when closed. */
final class DockerPeer implements AutoCloseable {
    private final Engine engine;
    private final Path root;
    private final Process daemon;

    private DockerPeer(Engine engine, Path root) {
        this.engine = engine;
        this.root = root;
        this.daemon = engine.inNetwork(
                        "unshare",
                        "-m",
                        "dockerd",
                        "--data-root",
                        dataRoot().toString(),
                        "--exec-root",
                        root.resolve("exec").toString(),
                        "--pidfile",
                        root.resolve("pid").toString(),
                        "--host",
                        "unix://" + root.resolve("sock"),
                        "--storage-driver",
                        "overlay2",
                        "--bridge",
                        "none",
                        "--iptables=false",
                        "--cgroup-parent",
                        engine.cgroupParent())
                .start();
        Engine.eventually(
                "dockerd answers",
                Duration.ofSeconds(60),
                () -> docker("version").code() == 0);
    }

    /** Leaves the test out where there is no dockerd. */
    static void mustBeInstalled() {
        if (Command.run("sh", "-c", "command -v dockerd containerd").code() != 0) {
            Assumptions.abort("dockerd is not installed");
        }
    }

    static DockerPeer beside(Engine engine) {
        try {
            return new DockerPeer(engine, Files.createDirectories(engine.root().resolve("docker")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path dataRoot() {
        return root.resolve("data");
    }

    /** The stock docker CLI on its socket. */
    CommandResult docker(String... words) {
        var all = new ArrayList<>(List.of("docker", "-H", "unix://" + root.resolve("sock")));
        all.addAll(List.of(words));
        return engine.inNetwork(all.toArray(String[]::new)).run("");
    }

    @Override
    public void close() {
        daemon.destroy();
        try {
            if (!daemon.waitFor(30, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
