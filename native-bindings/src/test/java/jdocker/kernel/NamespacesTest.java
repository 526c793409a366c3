package jdocker.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class NamespacesTest {
    private final Kernel kernel = Kernel.load();
    private final Namespaces namespaces = kernel.namespaces();

    @TempDir
    Path temp;

    private long identity(NamespaceKind kind) {
        try (Fd fd = namespaces.current(kind)) {
            return kernel.files().status(fd).inode();
        }
    }

    @Test
    void makesANetworkNamespaceWithLoopbackUp() {
        long before = identity(NamespaceKind.NETWORK);
        try (Fd network = namespaces.newNetworkNamespace()) {
            assertThat(kernel.files().status(network).inode()).isNotEqualTo(before);
            assertThat(identity(NamespaceKind.NETWORK)).as("ours is the same").isEqualTo(before);
            String addresses = namespaces.onThrowAwayThread(() -> {
                namespaces.enter(network, NamespaceKind.NETWORK);
                try (Fd file = kernel.files().open("/proc/thread-self/net/if_inet6", OpenFlag.READ_ONLY)) {
                    return new String(kernel.data().readAll(file, 4096), UTF_8);
                }
            });
            // Only an interface that is up has its link-local or loopback address.
            assertThat(addresses.lines().toList()).singleElement().asString().endsWith("lo");
        }
    }

    @Test
    void keepsANamespaceAtAPath() {
        Path path = temp.resolve("net");
        try (Fd network = namespaces.newNetworkNamespace()) {
            namespaces.bind(network, path.toString());
            try (Fd bound = kernel.files().open(path.toString(), OpenFlag.READ_ONLY)) {
                assertThat(kernel.files().status(bound).sameFile(kernel.files().status(network)))
                        .isTrue();
                assertThat(kernel.files().fsMagic(bound)).isEqualTo(FileSystem.NSFS.magic());
            } finally {
                kernel.mounts().unmount(path.toString());
            }
        }
    }

    @Test
    void changesNothingOutsideTheThrowAwayThread() {
        long before = identity(NamespaceKind.UTS);
        long inside = namespaces.onThrowAwayThread(() -> {
            namespaces.unshare(EnumSet.of(NamespaceKind.UTS, NamespaceKind.IPC, NamespaceKind.MOUNT));
            return identity(NamespaceKind.UTS);
        });
        assertThat(inside).isNotEqualTo(before);
        assertThat(identity(NamespaceKind.UTS)).isEqualTo(before);
    }

    @Test
    void entersAMountNamespaceThoughTheThreadsShareARoot() {
        try (Fd own = namespaces.open(ProcessHandle.current().pid(), NamespaceKind.MOUNT)) {
            long entered = namespaces.onThrowAwayThread(() -> {
                namespaces.enter(own, NamespaceKind.MOUNT);
                return identity(NamespaceKind.MOUNT);
            });
            assertThat(entered).isEqualTo(identity(NamespaceKind.MOUNT));
        }
    }

    @Test
    void worksInAnotherDirectoryWithoutMovingTheProcess() {
        byte[] before = kernel.files().readlink(null, "/proc/self/cwd");
        try (Fd directory = kernel.files().open(temp.toString(), OpenFlag.DIRECTORY)) {
            namespaces.inDirectory(directory, () -> kernel.files().mkdir(null, "relative", 0755));
        }
        assertThat(temp.resolve("relative")).isDirectory();
        assertThat(kernel.files().readlink(null, "/proc/self/cwd")).isEqualTo(before);
    }

    @Test
    void passesOnWhatTheWorkThrows() {
        assertThatThrownBy(() -> namespaces.onThrowAwayThread(() -> {
                    namespaces.unshare(Set.of(NamespaceKind.USER));
                    return null;
                }))
                .hasMessageContaining("unshare([USER]): EINVAL");
    }
}
