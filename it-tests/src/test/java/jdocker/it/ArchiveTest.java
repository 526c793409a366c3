package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What moves files between images, containers and archives, by the stock docker CLI and skopeo. */
class ArchiveTest {

    private static Engine engine;
    private static Path files;

    @BeforeAll
    static void startEngine() throws IOException {
        engine = Engine.withBusybox();
        files = Files.createDirectory(engine.root().resolve("files"));
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    private static CommandResult docker(String... arguments) {
        return engine.docker(arguments);
    }

    private static String run(String image, String... command) {
        var words = new ArrayList<>(List.of("run", "--rm", "--network", "none", image));
        words.addAll(List.of(command));
        return docker(words.toArray(String[]::new)).ok().text();
    }

    private static String id(String image) {
        return docker("image", "inspect", "-f", "{{.Id}}", image).ok().text();
    }

    private static String file(String name) {
        return files.resolve(name).toString();
    }

    private static void needs(String program) {
        if (Command.run("sh", "-c", "command -v " + program).code() != 0) {
            Assumptions.abort(program + " is not installed");
        }
    }

    /** An image of busybox and a file, so that it has an id of its own, without a container staying behind. */
    private static String imageWith(String name, String content) {
        String container = container("true");
        try {
            Path source = files.resolve(name.replace(':', '-'));
            Files.writeString(source, content);
            docker("cp", source.toString(), container + ":/mark").ok();
            docker("commit", container, name).ok();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            docker("rm", "-f", container).ok();
        }
        return id(name);
    }

    /** A container that was made and not started. */
    private static String container(String... command) {
        var words = new ArrayList<>(List.of("create", "--network", "none", "busybox"));
        words.addAll(List.of(command));
        return docker(words.toArray(String[]::new)).ok().text();
    }

    /** A container that has run a script and either runs on or has ended. */
    private static String ran(String script, boolean runsOn) {
        String container = docker("run", "-d", "--network", "none", "busybox", "sleep", "1000")
                .ok()
                .text();
        docker("exec", container, "sh", "-c", script).ok();
        if (!runsOn) {
            docker("kill", container).ok();
            docker("wait", container).ok();
        }
        return container;
    }

    @Test
    void aSavedImageComesBackWithTheSameIdAndRuns() {
        String id = imageWith("saved:1", "saved");
        docker("save", "-o", file("saved.tar"), "saved:1").ok();
        docker("rmi", "saved:1").ok();
        docker("image", "inspect", "saved:1").exits(1);
        assertThat(docker("load", "-i", file("saved.tar")).ok().text()).isEqualTo("Loaded image: saved:1");
        assertThat(id("saved:1")).isEqualTo(id);
        assertThat(run("saved:1", "cat", "/mark")).isEqualTo("saved");
        docker("rmi", "saved:1").ok();
    }

    @Test
    void anImageSavedByItsIdComesBackWithoutAName() {
        String id = imageWith("nameless:1", "nameless");
        docker("save", "-o", file("nameless.tar"), id).ok();
        docker("rmi", "nameless:1").ok();
        assertThat(docker("load", "-i", file("nameless.tar")).ok().text()).isEqualTo("Loaded image ID: " + id);
        assertThat(docker("image", "inspect", "-f", "{{.RepoTags}}", id).ok().text())
                .isEqualTo("[]");
        assertThat(run(id, "cat", "/mark")).isEqualTo("nameless");
        docker("rmi", id).ok();
    }

    @Test
    void severalImagesTravelInOneArchive() {
        String one = imageWith("several:1", "one");
        String two = imageWith("several:2", "two");
        String other = imageWith("severalother:1", "other");
        docker("save", "-o", file("several.tar"), "several", "severalother:1").ok();
        docker("rmi", "several:1", "several:2", "severalother:1").ok();
        assertThat(docker("load", "-i", file("several.tar")).ok().text().lines())
                .containsExactlyInAnyOrder(
                        "Loaded image: several:1", "Loaded image: several:2", "Loaded image: severalother:1");
        assertThat(List.of(id("several:1"), id("several:2"), id("severalother:1")))
                .containsExactly(one, two, other);
        assertThat(run("several:2", "cat", "/mark")).isEqualTo("two");
        docker("rmi", "several:1", "several:2", "severalother:1").ok();
    }

    @ParameterizedTest
    @CsvSource({"gzip, gz", "zstd, zst", "xz, xz", "bzip2, bz2"})
    void aPackedArchiveIsLoaded(String program, String suffix) {
        needs(program);
        String name = "packed:" + program;
        String id = imageWith(name, program);
        String archive = file(program + ".tar");
        docker("save", "-o", archive, name).ok();
        docker("rmi", name).ok();
        Command.run(program, "-1", "-q", archive).ok();
        docker("load", "-q", "-i", archive + "." + suffix).ok();
        assertThat(id(name)).isEqualTo(id);
        assertThat(run(name, "cat", "/mark")).isEqualTo(program);
        docker("rmi", name).ok();
    }

    @ParameterizedTest(name = "while it runs: {0}")
    @ValueSource(booleans = {true, false})
    void aCommitKeepsWhatAContainerChanged(boolean running) {
        String container = ran("echo new > /added; rm /etc/group; rm -r /home; chmod 600 /etc/passwd", running);
        String id = docker(
                        "commit",
                        "-a",
                        "An Author",
                        "-m",
                        "the message",
                        "--change",
                        "ENV WORD=said",
                        "--change",
                        "CMD [\"sh\",\"-c\",\"echo $WORD $(cat /added)\"]",
                        "--change",
                        "LABEL made=here",
                        container,
                        "committed:1")
                .ok()
                .text();
        assertThat(id("committed:1")).isEqualTo(id);
        docker("rm", "-f", container).ok();
        assertThat(run("committed:1")).isEqualTo("said new");
        assertThat(run("committed:1", "sh", "-c", "ls -d /etc/group /home 2>/dev/null; stat -c %a /etc/passwd"))
                .as("what was removed is not there, what was changed is")
                .isEqualTo("600");
        assertThat(docker("image", "inspect", "-f", "{{.Author}} {{.Config.Labels.made}}", id)
                        .ok()
                        .text())
                .isEqualTo("An Author here");
        List<String> history = docker("history", "--no-trunc", "--format", "{{.ID}} {{.Comment}}", "committed:1")
                .ok()
                .text()
                .lines()
                .toList();
        assertThat(history).hasSize(2);
        assertThat(history.getFirst()).isEqualTo(id + " the message");
        docker("rmi", "committed:1").ok();
    }

    @Test
    void aRemovedFileIsAWhiteoutInTheSavedLayer() {
        String container = ran("rm /etc/group", false);
        docker("commit", container, "whiteout:1").ok();
        docker("rm", container).ok();
        docker("save", "-o", file("whiteout.tar"), "whiteout:1").ok();
        String top = Command.run(
                        "sh",
                        "-c",
                        "cd " + files + " && mkdir whiteout && tar -xf whiteout.tar -C whiteout && cd whiteout"
                                + " && for f in $(find blobs -type f); do tar -tf $f 2>/dev/null; done | grep '\\.wh\\.'")
                .ok()
                .text();
        assertThat(top).isEqualTo("etc/.wh.group");
        docker("rmi", "whiteout:1").ok();
    }

    @ParameterizedTest(name = "while it runs: {0}")
    @ValueSource(booleans = {true, false})
    void anExportIsImportedAsAnImageOfOneLayer(boolean running) throws IOException {
        String container = ran("echo kept > /kept; rm /etc/group", running);
        docker("export", "-o", file("export.tar"), container).ok();
        docker("rm", "-f", container).ok();
        String id = engine.dockerWithInput(
                        Files.readAllBytes(files.resolve("export.tar")),
                        "import",
                        "-m",
                        "from an export",
                        "-c",
                        "CMD [\"cat\",\"/kept\"]",
                        "-",
                        "imported:1")
                .ok()
                .text();
        assertThat(id("imported:1")).isEqualTo(id);
        assertThat(run("imported:1")).isEqualTo("kept");
        assertThat(run("imported:1", "sh", "-c", "test -e /etc/group || echo gone"))
                .isEqualTo("gone");
        assertThat(docker("image", "inspect", "-f", "{{len .RootFS.Layers}} {{.Comment}}", id)
                        .ok()
                        .text())
                .isEqualTo("1 from an export");
        docker("rmi", "imported:1").ok();
    }

    @ParameterizedTest(name = "while it runs: {0}")
    @ValueSource(booleans = {true, false})
    void filesAreCopiedBothWays(boolean running) throws IOException {
        String container =
                ran("mkdir -p /from/deep; echo inside > /from/deep/file; ln -s deep/file /from/link", running);
        Path in = Files.createDirectories(files.resolve("in-" + running + "/sub"));
        Files.writeString(in.resolve("file"), "outside");
        docker("cp", in.getParent().toString(), container + ":/to").ok();
        docker("cp", in.resolve("file").toString(), container + ":/tmp/renamed").ok();
        Path out = files.resolve("out-" + running);
        docker("cp", container + ":/from", out.toString()).ok();
        assertThat(out.resolve("deep/file")).hasContent("inside");
        assertThat(Files.readSymbolicLink(out.resolve("link"))).isEqualTo(Path.of("deep/file"));
        docker("cp", "-L", container + ":/from/link", out.resolve("followed").toString())
                .ok();
        assertThat(out.resolve("followed")).hasContent("inside");
        assertThat(docker("cp", container + ":/nowhere", out.toString())
                        .exits(1)
                        .err())
                .contains("Could not find the file /nowhere in container");
        if (!running) {
            docker("start", container).ok();
        }
        assertThat(docker("exec", container, "cat", "/to/sub/file", "/tmp/renamed")
                        .ok()
                        .text())
                .isEqualTo("outsideoutside");
        docker("rm", "-f", container).ok();
    }

    @Test
    void filesAreCopiedIntoAVolumeAndOutOfItWhereTheImageHasNothingToMountItOn() throws IOException {
        Path source = Files.writeString(files.resolve("for-volume"), "in the volume");
        String container = docker("create", "--network", "none", "-v", "copied:/nowhere/yet", "busybox", "true")
                .ok()
                .text();
        docker("cp", source.toString(), container + ":/nowhere/yet/file").ok();
        docker("rm", container).ok();
        assertThat(docker("run", "--rm", "--network", "none", "-v", "copied:/v", "busybox", "cat", "/v/file")
                        .ok()
                        .text())
                .isEqualTo("in the volume");

        String reader = docker("create", "--network", "none", "-v", "copied:/nowhere/else", "busybox", "true")
                .ok()
                .text();
        String back = file("from-volume");
        docker("cp", reader + ":/nowhere/else/file", back).ok();
        assertThat(Path.of(back)).hasContent("in the volume");
        docker("rm", reader).ok();
    }

    /** The host's directory has what the container's has not: whatever shows up there came out. */
    @ParameterizedTest(name = "while it runs: {0}")
    @ValueSource(booleans = {true, false})
    void aLinkToTheHostsEtcMeansTheContainers(boolean running) throws IOException {
        Path probe =
                Path.of("/etc", "jdocker-it-probe-" + ProcessHandle.current().pid());
        String container = ran(
                "ln -s /etc /evil; ln -s ../../../../../../../../../../etc /up; ln -s /proc/1/root/etc /magic",
                running);
        String stolen = file("passwd-" + running);
        try {
            for (String link : List.of("/evil", "/up")) {
                docker("cp", container + ":" + link + "/passwd", stolen).ok();
                assertThat(Path.of(stolen))
                        .as(link)
                        .content()
                        .startsWith("root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:");
                assertThat(Path.of(stolen)).as(link).content().hasLineCount(3);
                docker("cp", stolen, container + ":" + link + "/" + probe.getFileName())
                        .ok();
                assertThat(probe).as(link).doesNotExist();
            }
            docker("cp", stolen, container + ":/magic/" + probe.getFileName()).exits(1);
            assertThat(probe).doesNotExist();
        } finally {
            Files.deleteIfExists(probe);
        }
        docker("rm", "-f", container).ok();
    }

    @ParameterizedTest(name = "while it runs: {0}")
    @ValueSource(booleans = {true, false})
    void aLinkToWhatOnlyTheHostHasLeadsNowhere(boolean running) throws IOException {
        Path secret = Files.createDirectories(files.resolve("secret-" + running));
        Files.writeString(secret.resolve("key"), "the host's");
        String own = Files.writeString(files.resolve("own-" + running), "own").toString();
        String container = ran("ln -s " + secret + " /dir; ln -s " + secret + "/key /key", running);
        Path stolen = files.resolve("stolen-" + running);
        docker("cp", container + ":/dir/key", stolen.toString()).exits(1);
        docker("cp", "-L", container + ":/key", stolen.toString()).exits(1);
        docker("cp", "-L", container + ":/dir", stolen.toString()).exits(1);
        assertThat(stolen).doesNotExist();
        docker("cp", own, container + ":/dir/dropped").exits(1);
        docker("cp", own, container + ":/key").exits(1);
        assertThat(secret.resolve("dropped")).doesNotExist();
        assertThat(secret.resolve("key")).hasContent("the host's");
        docker("rm", "-f", container).ok();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../escaped", "/../../escaped", "sub/../../escaped"})
    void anArchiveThatLeavesItsDirectoryIsRefused(String name) {
        String container = container("ls", "/");
        byte[] archive = TestImages.tar(tar -> TestImages.file(tar, name, 0644, TestImages.text("x")));
        engine.dockerWithInput(archive, "cp", "-", container + ":/tmp").exits(1);
        assertThat(docker("start", "-a", container).ok().text()).doesNotContain("escaped");
        docker("rm", container).ok();
    }

    @ParameterizedTest(name = "while it runs: {0}")
    @ValueSource(booleans = {true, false})
    void aDiffTellsWhatAContainerChanged(boolean running) {
        String container = ran("echo x > /tmp/new; mkdir /dir; rm /etc/group; echo x >> /etc/passwd", running);
        assertThat(docker("diff", container).ok().text().lines())
                .containsExactlyInAnyOrder("C /tmp", "A /tmp/new", "A /dir", "C /etc", "D /etc/group", "C /etc/passwd");
        docker("rm", "-f", container).ok();
    }

    @Test
    void aPruneTakesTheImagesWithoutAName() {
        String nameless = imageWith("pruned:1", "first");
        String named = imageWith("pruned:1", "second");
        String used = container("true");
        assertThat(docker("images", "-q", "--no-trunc", "-f", "dangling=true")
                        .ok()
                        .text())
                .isEqualTo(nameless);
        assertThat(docker("image", "prune", "-f").ok().text())
                .contains("deleted: " + nameless)
                .contains("Total reclaimed space: ");
        docker("image", "inspect", nameless).exits(1);
        assertThat(id("pruned:1")).isEqualTo(named);
        assertThat(docker("image", "prune", "-a", "-f").ok().text()).contains("untagged: pruned:1");
        docker("image", "inspect", "pruned:1").exits(1);
        assertThat(run(Engine.BUSYBOX, "echo", "a container uses it")).isEqualTo("a container uses it");
        docker("rm", used).ok();
    }

    @Test
    void theDisksUseIsCounted() {
        String container = ran("dd if=/dev/zero of=/big bs=1000 count=3000 2>/dev/null", true);
        String format = "{{.Type}} {{.TotalCount}} {{.Active}} {{.Size}}";
        List<String> before =
                docker("system", "df", "--format", format).ok().text().lines().toList();
        assertThat(before).anyMatch(line -> line.matches("Images \\d+ 1 .*MB")).contains("Containers 1 1 3MB");
        docker("tag", "busybox", "sameimage:1").ok();
        assertThat(docker("system", "df", "--format", format).ok().text().lines())
                .as("a second name takes no space")
                .containsExactlyElementsOf(before);
        // Docker's client names an image here by its first name only.
        assertThat(docker("system", "df", "-v").ok().text())
                .contains("busybox ")
                .contains(" 3MB ");
        docker("rmi", "sameimage:1").ok();
        docker("rm", "-f", container).ok();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker-archive", "oci-archive"})
    void skopeosArchivesAreLoaded(String kind) {
        needs("skopeo");
        String name = "skopeo:" + kind;
        String id = imageWith(name, kind);
        docker("save", "-o", file(kind + "-saved.tar"), name).ok();
        docker("rmi", name).ok();
        String archive = file(kind + "-skopeo.tar");
        // The name in an OCI archive must be a whole one, or it counts as a tag alone.
        Command.run(
                        "skopeo",
                        "--insecure-policy",
                        "copy",
                        "docker-archive:" + file(kind + "-saved.tar"),
                        kind + ":" + archive + ":docker.io/library/" + name)
                .ok();
        assertThat(docker("load", "-i", archive).ok().text()).isEqualTo("Loaded image: " + name);
        assertThat(run(name, "cat", "/mark")).isEqualTo(kind);
        if (kind.equals("docker-archive")) {
            assertThat(id(name)).isEqualTo(id);
        }
        docker("rmi", name).ok();
    }
}
