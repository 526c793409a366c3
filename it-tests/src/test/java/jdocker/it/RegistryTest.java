package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images to and from a real registry, by the stock docker CLI, ours and skopeo. */
class RegistryTest {
    private Engine engine;

    @BeforeEach
    void start() {
        engine = Engine.withBusybox();
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private static String digestIn(String text) {
        return text.lines()
                .filter(line -> line.contains("sha256:"))
                .map(line -> line.replaceAll(".*(sha256:[0-9a-f]{64}).*", "$1"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no digest in " + text));
    }

    private boolean runs(String image) {
        return engine.docker("run", "--rm", "--network", "none", image, "echo", "it runs")
                .ok()
                .text()
                .equals("it runs");
    }

    @Test
    void anImageComesBackWithTheSameDigests() {
        try (var registry = LocalRegistry.plain(engine, 5001)) {
            String name = registry.host() + "/a/busybox:1";
            engine.docker("tag", "busybox", name).ok();
            String id = engine.docker("inspect", "-f", "{{.Id}}", name).ok().text();
            String pushed = digestIn(engine.docker("push", name).ok().text());
            engine.docker("rmi", name, "busybox").ok();
            String pulled = engine.docker("pull", name).ok().text();
            assertThat(pulled).contains("Downloaded newer image for " + name);
            assertThat(digestIn(pulled.lines()
                            .filter(l -> l.startsWith("Digest"))
                            .findFirst()
                            .orElseThrow()))
                    .isEqualTo(pushed);
            assertThat(engine.docker("inspect", "-f", "{{.Id}}", name).ok().text())
                    .isEqualTo(id);
            assertThat(runs(name)).isTrue();
            assertThat(engine.docker("pull", name).ok().text()).contains("Image is up to date for " + name);
            engine.docker("pull", registry.host() + "/a/busybox@" + pushed).ok();
            // A second repository takes the layers from the first.
            String other = registry.host() + "/b/busybox:1";
            engine.jdocker("tag", name, other).ok();
            assertThat(engine.jdocker("push", other).ok().text())
                    .contains("Mounted from a/busybox")
                    .contains(pushed);
        }
    }

    @Test
    void ourCommandLinePullsWhatItRunsAndAllTags() {
        try (var registry = LocalRegistry.plain(engine, 5002)) {
            String name = registry.host() + "/c";
            engine.jdocker("tag", "busybox", name + ":1").ok();
            engine.jdocker("tag", "busybox", name + ":2").ok();
            assertThat(engine.jdocker("push", "-q", "-a", name).ok().text()).isEqualTo(name);
            engine.jdocker("rmi", name + ":1", name + ":2").ok();
            assertThat(engine.jdocker("run", "--rm", "--network", "none", name + ":1", "echo", "hi")
                            .ok()
                            .text())
                    .isEqualTo("hi");
            engine.jdocker("rmi", name + ":1").ok();
            assertThat(engine.jdocker("run", "--pull", "never", "--rm", name + ":1")
                            .code())
                    .isEqualTo(125);
            engine.jdocker("pull", "-a", name).ok();
            assertThat(engine.jdocker("images", "-q", name).ok().text().lines()).hasSize(2);
            assertThat(engine.jdocker("pull", name + ":nope").err())
                    .contains("manifest for " + name + ":nope not found: manifest unknown");
            assertThat(engine.jdocker("search", registry.host() + "/x").err()).contains("has no search");
        }
    }

    @Test
    void aRegistryWithPasswordWantsALogin() throws IOException {
        try (var registry = LocalRegistry.withPassword(engine, 5003)) {
            String name = registry.host() + "/private/x:1";
            engine.docker("tag", "busybox", name).ok();
            assertThat(engine.docker("push", name).err()).contains("no basic auth credentials");
            assertThat(engine.docker("login", "-u", LocalRegistry.USER, "-p", "wrong", registry.host())
                            .err())
                    .containsIgnoringCase("unauthorized");
            assertThat(engine.dockerCommand("login", "-u", LocalRegistry.USER, "--password-stdin", registry.host())
                            .run(LocalRegistry.PASSWORD)
                            .ok()
                            .text())
                    .contains("Login Succeeded");
            engine.docker("push", name).ok();
            engine.docker("logout", registry.host()).ok();
            assertThat(engine.jdocker("pull", name).err()).contains("no basic auth credentials");
            assertThat(engine.jdockerCommand("login", "-u", LocalRegistry.USER, "--password-stdin", registry.host())
                            .run(LocalRegistry.PASSWORD)
                            .ok()
                            .text())
                    .contains("Login Succeeded");
            engine.jdocker("pull", name).ok();
            engine.jdocker("push", name).ok();
            engine.jdocker("logout", registry.host()).ok();
            assertThat(Files.readString(engine.root().resolve("client/config.json")))
                    .doesNotContain("auth\"");
        }
    }

    @Test
    void aCertificateIsTrustedWhereItsAuthorityIsKnown() throws IOException {
        try (var registry = LocalRegistry.encrypted(engine, 5443)) {
            String name = registry.host() + "/tls:1";
            engine.docker("tag", "busybox", name).ok();
            assertThat(engine.docker("push", name).err()).contains("https://" + registry.host());
            Path folder = Path.of("/etc/docker/certs.d", registry.host());
            boolean parents = !Files.exists(Path.of("/etc/docker"));
            try {
                Files.createDirectories(folder);
                Files.copy(registry.authority(), folder.resolve("ca.crt"));
                engine.stop();
                engine.start();
                engine.docker("push", name).ok();
                engine.docker("rmi", name).ok();
                engine.docker("pull", name).ok();
            } finally {
                Command.run("rm", "-rf", parents ? "/etc/docker" : folder.toString());
            }
        }
    }

    @Test
    void skopeoMovesImagesBetweenTheRegistryAndTheDaemon() {
        if (Command.run("sh", "-c", "command -v skopeo").code() != 0) {
            org.junit.jupiter.api.Assumptions.abort("skopeo is not installed");
        }
        try (var registry = LocalRegistry.plain(engine, 5004)) {
            String name = registry.host() + "/s";
            engine.docker("tag", "busybox", name + ":1").ok();
            String pushed = digestIn(engine.docker("push", name + ":1").ok().text());
            for (String target : List.of(name + ":oci", name + ":v2")) {
                String format = target.endsWith("oci") ? "oci" : "v2s2";
                skopeo(
                        "copy",
                        "--format",
                        format,
                        "--src-tls-verify=false",
                        "--dest-tls-verify=false",
                        "docker://" + name + ":1",
                        "docker://" + target);
                assertThat(runs(target)).isTrue();
            }
            assertThat(skopeo("inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name + ":1"))
                    .isEqualTo(pushed);
            skopeo(
                    "copy",
                    "--format",
                    "oci",
                    "--dest-compress-format",
                    "zstd",
                    "--src-tls-verify=false",
                    "--dest-tls-verify=false",
                    "docker://" + name + ":1",
                    "docker://" + name + ":zstd");
            engine.docker("rmi", "-f", name + ":1", name + ":oci", name + ":v2", "busybox")
                    .ok();
            assertThat(runs(name + ":zstd")).isTrue();
        }
    }

    @Test
    void skopeoMovesImagesToAndFromTheDaemonItself() {
        if (Command.run("sh", "-c", "command -v skopeo").code() != 0) {
            org.junit.jupiter.api.Assumptions.abort("skopeo is not installed");
        }
        String daemon = "unix://" + engine.socket();
        String archive = "oci-archive:" + engine.root().resolve("out.tar") + ":out";
        String id = engine.docker("inspect", "-f", "{{.Id}}", "busybox").ok().text();
        skopeo("copy", "--src-daemon-host", daemon, "docker-daemon:busybox:latest", archive);
        skopeo("copy", "--dest-daemon-host", daemon, archive, "docker-daemon:copied:1");
        assertThat(runs("copied:1")).isTrue();
        assertThat(engine.docker("history", "-q", "--no-trunc", "copied:1").ok().text())
                .isNotEmpty();
        assertThat(skopeo(
                        "inspect",
                        "--daemon-host",
                        daemon,
                        "--format",
                        "{{index .Layers 0}}",
                        "docker-daemon:copied:1"))
                .isEqualTo(skopeo(
                        "inspect", "--daemon-host", daemon, "--format", "{{index .Layers 0}}", "docker-daemon:" + id));
    }

    /** From a registry into an archive, into the engine, and to another registry. */
    @ParameterizedTest
    @ValueSource(strings = {"oci-archive", "docker-archive"})
    void whatCameInAnArchiveIsPushedWithTheDigestsItHad(String kind) {
        if (Command.run("sh", "-c", "command -v skopeo").code() != 0) {
            org.junit.jupiter.api.Assumptions.abort("skopeo is not installed");
        }
        int port = kind.startsWith("oci") ? 5006 : 5007;
        try (var registry = LocalRegistry.plain(engine, port)) {
            String name = registry.host() + "/kept";
            engine.docker("tag", "busybox", name + ":1").ok();
            engine.docker("push", name + ":1").ok();
            String source = name + ":1";
            if (kind.startsWith("oci")) {
                skopeo(
                        "copy",
                        "--format",
                        "oci",
                        "--src-tls-verify=false",
                        "--dest-tls-verify=false",
                        "docker://" + source,
                        "docker://" + name + ":oci");
                source = name + ":oci";
            }
            String digest = skopeo("inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + source);
            String archive = engine.root().resolve(kind + ".tar").toString();
            if (kind.startsWith("oci")) {
                skopeo("copy", "--src-tls-verify=false", "docker://" + source, "oci-archive:" + archive + ":" + source);
            } else {
                engine.docker("save", "-o", archive, source).ok();
            }
            engine.docker("rmi", "-f", name + ":1").ok();
            assertThat(engine.docker("load", "-i", archive).ok().text()).contains(source);
            engine.docker("tag", source, name + "-again:1").ok();
            assertThat(engine.docker("push", name + "-again:1").ok().text()).contains(digest);
            assertThat(runs(source)).isTrue();
            engine.docker("rmi", source, name + "-again:1").ok();
        }
    }

    @Test
    void aListOfInsecureRegistriesIsTakenOverByAHangup() throws IOException {
        Path file = engine.root().resolve("daemon.json");
        Files.writeString(file, "{}");
        try (var other = Engine.create("--config-file", file.toString())) {
            other.start();
            other.importBusybox();
            try (var registry = LocalRegistry.plainElsewhere(other, 5008)) {
                String name = registry.host() + "/app:1";
                other.docker("tag", "busybox", name).ok();
                assertThat(other.docker("push", name).err()).contains("https://" + registry.host());
                Files.writeString(file, "{\"insecure-registries\":[\"" + registry.host() + "\"]}");
                Command.run("kill", "-HUP", Long.toString(other.pid())).ok();
                Engine.eventually(
                        "the list is taken over",
                        java.time.Duration.ofSeconds(10),
                        () -> other.docker("push", name).code() == 0);
                other.docker("rmi", name).ok();
                other.docker("pull", name).ok();
            }
        }
    }

    private String skopeo(String... arguments) {
        var words = new java.util.ArrayList<>(List.of("skopeo", "--insecure-policy"));
        words.addAll(List.of(arguments));
        return engine.inNetwork(words.toArray(String[]::new)).run("").ok().text();
    }

    /** SIGKILL when the daemon has told this of a pull: afterwards the image is whole or absent, and can be pulled. */
    @ParameterizedTest
    @ValueSource(strings = {"Pulling from", "Pulling fs layer", "Download complete", "Pull complete", "Digest:"})
    void aPullSurvivesAKillAt(String line) throws IOException {
        try (var registry = LocalRegistry.plain(engine, 5005)) {
            String name = registry.host() + "/big:1";
            engine.dockerWithInput(big(name), "load").ok();
            String digest = digestIn(engine.docker("push", name).ok().text());
            engine.docker("rmi", name).ok();
            Process pull = engine.dockerCommand("pull", name).start();
            try (var out = new BufferedReader(new InputStreamReader(pull.getInputStream(), StandardCharsets.UTF_8))) {
                String told = out.readLine();
                while (told != null && !told.contains(line)) {
                    told = out.readLine();
                }
            }
            engine.kill9();
            pull.destroy();
            engine.start();
            new Invariants(engine).check();
            assertThat(engine.docker("pull", name).ok().text()).contains(digest);
            assertThat(engine.docker("run", "--rm", "--network", "none", name, "sha256sum", "/data2")
                            .ok()
                            .text())
                    .startsWith(TestImages.sha256(data(2)));
        }
    }

    private static byte[] big(String name) {
        var layers = new java.util.ArrayList<byte[]>();
        layers.add(TestImages.busyboxRootFs());
        for (int i = 0; i < 3; i++) {
            int number = i;
            layers.add(TestImages.tar(tar -> TestImages.file(tar, "data" + number, 0644, data(number))));
        }
        return TestImages.dockerArchive(name, "\"Cmd\":[\"sh\"]", layers);
    }

    private static byte[] data(int seed) {
        byte[] data = new byte[8 << 20];
        new Random(seed).nextBytes(data);
        return data;
    }
}
