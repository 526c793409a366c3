package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real Docker engine has left behind is taken over. */
class MigrateTest {
    /** What a plain copy loses. */
    private static final String ODD_FILES = """
            import os, sys
            os.chdir(sys.argv[1].encode())
            os.link(b'f', b'second name')
            os.setxattr(b'f', 'user.mark', b'kept')
            os.mkfifo(b'pipe', 0o620)
            open(b'no text \\xff', 'w').write('x')
            os.mkdir(b'd'); os.chown(b'd', 1234, 4321); os.chmod(b'd', 0o1751); os.utime(b'd', (1e9, 1e9))
            os.symlink(b'/nowhere', b'd/link')
            """;

    private static final String LISTING = """
            import os, sys
            os.chdir(sys.argv[1].encode())
            for folder, folders, files in os.walk(b'.'):
                for name in sorted(folders + files):
                    path = os.path.join(folder, name)
                    s = os.lstat(path)
                    links = s.st_nlink if name in files else 0
                    attributes = {} if os.path.islink(path) else {
                        a: os.getxattr(path, a, follow_symlinks=False) for a in os.listxattr(path, follow_symlinks=False)}
                    print(path, oct(s.st_mode), s.st_uid, s.st_gid, int(s.st_mtime), links, 'links', attributes)
            """;

    private Engine engine;
    private Path root;

    @BeforeEach
    void startEngine() throws IOException {
        DockerPeer.mustBeInstalled();
        engine = Engine.create();
        engine.start();
        root = Files.createDirectories(engine.root().resolve("docker"));
    }

    @AfterEach
    void stopEngine() {
        engine.close();
    }

    /** By copies alone, since a Docker engine cannot start containers everywhere that it can be started itself. */
    @Test
    void imagesVolumesAndContainersWithWhatTheyHaveWrittenAreTakenOver() throws Exception {
        try (var peer = DockerPeer.beside(engine)) {
            Path archive = root.resolve("busybox.tar");
            Files.write(
                    archive,
                    TestImages.dockerArchive("app:1", "\"Cmd\":[\"sh\"]", List.of(TestImages.busyboxRootFs())));
            peer.docker("load", "-i", archive.toString()).ok();
            peer.docker("volume", "create", "vol").ok();
            peer.docker(
                            "create",
                            "--name",
                            "writer",
                            "--network",
                            "none",
                            "-v",
                            "vol:/data",
                            "app:1",
                            "cat",
                            "/written")
                    .ok();
            Path file = root.resolve("written");
            Files.writeString(file, "by docker");
            peer.docker("cp", file.toString(), "writer:/written").ok();
            peer.docker("cp", file.toString(), "writer:/data/f").ok();
            peer.docker("create", "--name", "clean", "--network", "none", "app:1", "true")
                    .ok();
        }
        Path written = remove("writer", "etc/group");
        Path volume = root.resolve("data/volumes/vol/_data");
        Command.run("python3", "-c", ODD_FILES, volume.toString()).ok();
        String data = root.resolve("data").toString();
        assertThat(engine.jdocker("migrate", "docker", "--dry-run", "--root", data)
                        .ok()
                        .text())
                .contains("container writer with what it has written")
                .doesNotContain("Not taken over");
        assertThat(engine.docker("ps", "-aq").ok().text()).isEmpty();

        String told = engine.jdocker("migrate", "docker", "--root", data).ok().text();
        assertThat(told)
                .contains("app:1", "volume vol", "container writer with what it has written", "container clean");
        assertThat(told).doesNotContain("Not taken over").doesNotContain("container clean with");
        assertThat(engine.docker("start", "-a", "writer").ok().text()).isEqualTo("by docker");
        assertThat(engine.docker("diff", "writer").ok().text().lines()).contains("A /written", "D /etc/group");
        assertThat(engine.docker("run", "--rm", "--network", "none", "-v", "vol:/v", "app:1", "cat", "/v/f")
                        .ok()
                        .text())
                .isEqualTo("by docker");
        String before = listing(volume);
        assertThat(before).contains("user.mark", "\\xff", "2 links");
        assertThat(listing(engine.dataRoot().resolve("volumes/vol/_data"))).isEqualTo(before);
        assertThat(written.resolve("written")).as("Docker's own stays").hasContent("by docker");
    }

    private static String listing(Path folder) throws Exception {
        return Command.run("python3", "-c", LISTING, folder.toString()).ok().text();
    }

    /** As a container would that runs: a whiteout in its writable layer. */
    private Path remove(String container, String path) throws IOException {
        Path mounts = root.resolve("data/image/overlay2/layerdb/mounts");
        String id;
        try (var all = Files.list(root.resolve("data/containers"))) {
            id = all.filter(folder ->
                            read(folder.resolve("config.v2.json")).contains("\"Name\":\"/" + container + "\""))
                    .findFirst()
                    .orElseThrow()
                    .getFileName()
                    .toString();
        }
        Path diff = root.resolve("data/overlay2")
                .resolve(Files.readString(mounts.resolve(id).resolve("mount-id")))
                .resolve("diff");
        Path whiteout = diff.resolve(path);
        Files.createDirectories(whiteout.getParent());
        Command.run("mknod", whiteout.toString(), "c", "0", "0").ok();
        return diff;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
