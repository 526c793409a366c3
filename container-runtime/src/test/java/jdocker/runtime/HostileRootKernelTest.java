package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import jdocker.kernel.KernelTest;
import jdocker.oci.Linux;
import jdocker.oci.OciMount;
import jdocker.oci.RuntimeSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that try to have the engine touch the host, or to look through what covers it. */
@KernelTest
class HostileRootKernelTest {
    @TempDir
    Path directory;

    private Containers containers;
    private Path root;
    private Path victim;

    @BeforeEach
    void open() throws IOException {
        containers = new Containers(directory);
        root = containers.root;
        victim = Files.createDirectories(directory.resolve("victim"));
        Files.writeString(victim.resolve("file"), "untouched");
    }

    @AfterEach
    void close() throws IOException {
        containers.close();
        try (var entries = Files.list(victim)) {
            assertThat(entries).containsExactly(victim.resolve("file"));
        }
        assertThat(victim.resolve("file")).hasContent("untouched");
    }

    @ParameterizedTest(name = "/dev -> {0}")
    @ValueSource(strings = {"/victim", "../../victim", "/tmp/../../../../victim"})
    void aLinkInPlaceOfDevStaysInside(String target) throws IOException {
        replace("dev", target);
        Files.createDirectories(root.resolve("victim"));

        Containers.Result result = containers.run(containers.spec("/bin/sh", "-c", "echo ok > /dev/null; echo done"));

        assertThat(result.out()).isEqualTo("done\n");
    }

    @Test
    void aLinkThroughADescriptorOfProcIsRefused() throws IOException {
        replace("dev", "/proc/self/root");

        assertThatThrownBy(() -> containers.run(containers.spec("true"))).hasMessageContaining("open /dev: ELOOP");
    }

    @ParameterizedTest(name = "/{0} as a link")
    @ValueSource(strings = {"proc", "sys"})
    void aLinkInPlaceOfAKernelFileSystemIsRefused(String name) throws IOException {
        replace(name, "tmp");

        assertThatThrownBy(() -> containers.sh("true"))
                .isInstanceOf(LaunchFailure.class)
                .hasMessageContaining("open /" + name);
    }

    @Test
    void whatTheImageHasInDevIsNeverSeen() throws IOException {
        Files.writeString(root.resolve("dev/null"), "not null");
        Files.createSymbolicLink(root.resolve("dev/console"), victim.resolve("file"));
        Files.createSymbolicLink(root.resolve("dev/pts"), victim);
        Files.createSymbolicLink(root.resolve("dev/shm"), victim);
        Files.createSymbolicLink(root.resolve("dev/mqueue"), victim);
        RuntimeSpec spec = Containers.with(
                containers.spec("sh", "-c", "stat -c %t:%T /dev/null /proc/keys; echo x > /dev/shm/x && tty"),
                process -> process.terminal(true));

        assertThat(containers.run(spec).out()).isEqualTo("1:3\r\n1:3\r\n/dev/pts/0\r\n");
        assertThat(root.resolve("dev/null")).hasContent("not null");
    }

    @Test
    void aBoundDevWithoutANullDeviceIsRefused() throws IOException {
        Path fake = Files.createDirectories(directory.resolve("fakedev"));
        Files.createSymbolicLink(fake.resolve("null"), Path.of("/proc/sys/kernel/core_pattern"));
        RuntimeSpec spec = containers.spec("true");
        List<OciMount> mounts = spec.mounts().stream()
                .map(mount ->
                        mount.destination().equals("/dev") ? ContainerKernelTest.bind(fake, "/dev", "rbind") : mount)
                .filter(mount -> !mount.destination().startsWith("/dev/"))
                .toList();

        assertThatThrownBy(() -> containers.run(spec.toBuilder().mounts(mounts).build()))
                .isInstanceOf(LaunchFailure.class)
                .hasMessageContaining("open /dev/null: ENODEV");
    }

    @ParameterizedTest(name = "/etc -> {0}")
    @ValueSource(strings = {"/victim", "../../victim", "../../../../../../../victim"})
    void bindTargetsAreMadeInside(String target) throws IOException {
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
        replace("etc", target);
        Files.createDirectories(root.resolve("victim"));
        RuntimeSpec spec = ContainerKernelTest.mounting(
                containers.spec("cat", "/victim/hosts"), ContainerKernelTest.bind(hosts, "/etc/hosts", "bind"));

        assertThat(containers.run(spec).out()).isEqualTo("127.0.0.1 localhost\n");
        assertThat(root.resolve("victim/hosts")).isRegularFile();
    }

    @Test
    void aDanglingLinkAsTargetIsRefused() throws IOException {
        Files.createSymbolicLink(root.resolve("data"), victim.resolve("new"));
        RuntimeSpec spec = ContainerKernelTest.mounting(
                containers.spec("true"), ContainerKernelTest.bind(directory, "/data/x", "bind"));

        assertThatThrownBy(() -> containers.run(spec)).isInstanceOf(LaunchFailure.class);
    }

    @Test
    void maskedPathsOfTheUsersAreFoundInsideOnly() throws IOException {
        Files.createSymbolicLink(root.resolve("secret"), victim.resolve("file"));
        Files.createDirectories(root.resolve("hidden"));
        Files.writeString(root.resolve("hidden/x"), "x");
        Linux linux = containers.spec("true").linux();
        var masked = new java.util.ArrayList<>(linux.maskedPaths());
        masked.addAll(List.of("/secret", "/hidden", "/none", "/../../victim"));
        RuntimeSpec spec = Containers.withLinux(
                containers.spec("sh", "-c", "ls -A /hidden; cat /secret"), builder -> builder.maskedPaths(masked));

        Containers.Result result = containers.run(spec);

        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("/secret");
    }

    @Test
    void devicesOfTheUsersAreMadeInside() throws IOException {
        replace("etc", "/victim");
        Files.createDirectories(root.resolve("victim"));
        RuntimeSpec spec = Containers.withLinux(
                containers.spec("stat", "-c", "%a %t:%T", "/dev/sub/full"),
                linux -> linux.devices(List.of(
                        new jdocker.oci.LinuxDevice("/dev/sub/full", "c", 1, 7, 0640, null, null),
                        new jdocker.oci.LinuxDevice("/top", "c", 1, 3, null, null, null))));

        assertThat(containers.run(spec).out()).isEqualTo("640 1:7\n");
        assertThat(Files.exists(root.resolve("top"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void aWorkingDirectoryThroughADescriptorLeadsNowhere() throws IOException {
        for (int number = 3; number < 20; number++) {
            int fd = number;
            RuntimeSpec spec = Containers.with(
                    containers.spec("sh", "-c", "pwd; ls .."), process -> process.cwd("/proc/self/fd/" + fd));

            try {
                assertThat(containers.run(spec).out()).doesNotContain("victim");
            } catch (LaunchFailure e) {
                assertThat(e).hasMessageContaining("/proc/self/fd/" + fd);
            }
        }
    }

    @Test
    void processOneCannotBeLookedInto() {
        // With init, process 1 is the shim's program: its file, memory and descriptors stay closed even to SYS_PTRACE.
        RuntimeSpec spec = containers.spec(
                "sh", "-c", "ls -l /proc/1/fd | wc -l; cat /proc/1/environ | wc -c; echo x > /proc/1/exe; echo end");
        Containers.Result result =
                containers.finish(containers.start(containers.request(spec, new Streams(false, true), true)));

        assertThat(result.lines()).endsWith("end");
        assertThat(result.err()).contains("/proc/1/exe");
    }

    private void replace(String name, String target) throws IOException {
        Files.delete(root.resolve(name));
        Files.createSymbolicLink(root.resolve(name), Path.of(target));
    }
}
