package jdocker.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry in an engine's network, with a store of its own; gone when closed. */
final class LocalRegistry implements AutoCloseable {
    /** A certificate's address must not be loopback, where any certificate will do. */
    static final String ADDRESS = "10.98.7.6";

    static final String USER = "tester";
    static final String PASSWORD = "secret";
    /** bcrypt of the password. */
    private static final String HASH = "$2b$04$iB7tdhdYk0dROWEO4EdN/OIY04FYsNLaK9cJ6Yv3qNQA3qN7erxoq";

    private final Engine engine;
    private final Path root;
    private final String host;
    private final Process process;

    private LocalRegistry(Engine engine, String address, int port, String more) {
        this.engine = engine;
        this.host = address + ":" + port;
        this.root = engine.root().resolve("registry-" + port);
        try {
            Files.createDirectories(root);
            Path config = root.resolve("config.yml");
            Files.writeString(
                    config,
                    "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: " + root.resolve("data")
                            + "}, delete: {enabled: true}}\nhttp: {addr: '" + host + "'" + more);
            process = engine.inNetwork("docker-registry", "serve", config.toString())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Engine.eventually("the registry listens", Duration.ofSeconds(20), this::listens);
    }

    /** Plain HTTP on loopback. */
    static LocalRegistry plain(Engine engine, int port) {
        return new LocalRegistry(engine, "127.0.0.1", port, "}\n");
    }

    /** Plain HTTP at an address that is not the machine's own, so that it must be listed. */
    static LocalRegistry plainElsewhere(Engine engine, int port) {
        engine.inNetwork("ip", "addr", "add", ADDRESS + "/32", "dev", "lo").run(""); // there already, perhaps
        return new LocalRegistry(engine, ADDRESS, port, "}\n");
    }

    /** For one user, by basic authentication. */
    static LocalRegistry withPassword(Engine engine, int port) {
        Path file = engine.root().resolve("htpasswd");
        write(file, USER + ":" + HASH + "\n");
        return new LocalRegistry(engine, "127.0.0.1", port, "}\nauth: {htpasswd: {realm: test, path: " + file + "}}\n");
    }

    /** With a certificate that only {@link #authority} vouches for. */
    static LocalRegistry encrypted(Engine engine, int port) {
        engine.inNetwork("ip", "addr", "add", ADDRESS + "/32", "dev", "lo").run(""); // there already, perhaps
        Path key = engine.root().resolve("registry.key");
        Path certificate = engine.root().resolve("registry.crt");
        Command.run(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=test",
                        "-addext",
                        "subjectAltName=IP:" + ADDRESS,
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .ok();
        return new LocalRegistry(
                engine, ADDRESS, port, ", tls: {certificate: " + certificate + ", key: " + key + "}}\n");
    }

    Path authority() {
        return engine.root().resolve("registry.crt");
    }

    String host() {
        return host;
    }

    private boolean listens() {
        String[] parts = host.split(":");
        return engine.inNetwork("bash", "-c", "exec 3<>/dev/tcp/" + parts[0] + "/" + parts[1])
                        .run("")
                        .code()
                == 0;
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
