package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images go to a real Docker engine and come from it, by a registry and by archives, and stay the same images. */
class InteropTest {
    private Engine engine;
    private DockerPeer peer;

    @BeforeEach
    void start() {
        DockerPeer.mustBeInstalled();
        engine = Engine.withBusybox();
        peer = DockerPeer.beside(engine);
    }

    @AfterEach
    void stop() {
        try {
            peer.close();
        } finally {
            engine.close();
        }
    }

    private static String digestIn(CommandResult result) {
        return result.ok()
                .text()
                .lines()
                .filter(line -> line.contains("sha256:"))
                .map(line -> line.replaceAll(".*(sha256:[0-9a-f]{64}).*", "$1"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no digest in " + result));
    }

    private String ourId(String image) {
        return engine.docker("image", "inspect", "-f", "{{.Id}}", image).ok().text();
    }

    private String itsId(String image) {
        return peer.docker("image", "inspect", "-f", "{{.Id}}", image).ok().text();
    }

    private void itRuns(String image) {
        assertThat(peer.docker("run", "--rm", "--network", "none", image, "echo", "it runs")
                        .ok()
                        .text())
                .isEqualTo("it runs");
    }

    private void weRun(String image) {
        assertThat(engine.docker("run", "--rm", "--network", "none", image, "echo", "it runs")
                        .ok()
                        .text())
                .isEqualTo("it runs");
    }

    /** An image of two layers, the upper one by a commit. */
    private void commit(String name) {
        engine.docker(
                        "run",
                        "--name",
                        "writer",
                        "--network",
                        "none",
                        "busybox",
                        "sh",
                        "-c",
                        "echo new >/new; rm /etc/group")
                .ok();
        engine.docker("commit", "-c", "ENV A=b", "writer", name).ok();
        engine.docker("rm", "writer").ok();
    }

    @Test
    void whatWePushADockerEnginePullsAndRuns() {
        try (var registry = LocalRegistry.plain(engine, 5021)) {
            String name = registry.host() + "/ours:1";
            commit(name);
            String digest = digestIn(engine.docker("push", name));
            assertThat(digestIn(peer.docker("pull", name))).isEqualTo(digest);
            assertThat(itsId(name)).isEqualTo(ourId(name));
            itRuns(name);
            assertThat(peer.docker("run", "--rm", "--network", "none", name, "sh", "-c", "cat /new; ls /etc; echo $A")
                            .ok()
                            .text())
                    .contains("new", "b")
                    .doesNotContain("group");
        }
    }

    @Test
    void whatADockerEnginePushesWePullAndRun() throws IOException {
        Path archive = engine.root().resolve("app.tar");
        Files.write(
                archive, TestImages.dockerArchive("app:1", "\"Cmd\":[\"sh\"]", List.of(TestImages.busyboxRootFs())));
        peer.docker("load", "-i", archive.toString()).ok();
        try (var registry = LocalRegistry.plain(engine, 5022)) {
            String name = registry.host() + "/theirs:1";
            peer.docker("tag", "app:1", name).ok();
            String digest = digestIn(peer.docker("push", name));
            assertThat(digestIn(engine.docker("pull", name))).isEqualTo(digest);
            assertThat(ourId(name)).isEqualTo(itsId(name));
            weRun(name);
            String again = registry.host() + "/again:1";
            engine.docker("tag", name, again).ok();
            assertThat(digestIn(engine.docker("push", again)))
                    .as("it goes out as it came")
                    .isEqualTo(digest);
        }
    }

    @Test
    void archivesGoBothWays() {
        commit("app:2");
        String ours = engine.root().resolve("ours.tar").toString();
        engine.docker("save", "-o", ours, "app:2", "busybox").ok();
        peer.docker("load", "-i", ours).ok();
        assertThat(itsId("app:2")).isEqualTo(ourId("app:2"));
        itRuns("app:2");

        String theirs = engine.root().resolve("theirs.tar").toString();
        peer.docker("save", "-o", theirs, "app:2").ok();
        String id = ourId("app:2");
        engine.docker("rmi", "app:2").ok();
        assertThat(engine.docker("load", "-i", theirs).ok().text()).contains("app:2");
        assertThat(ourId("app:2")).isEqualTo(id);
        weRun("app:2");
    }
}
