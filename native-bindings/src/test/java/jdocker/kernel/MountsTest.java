package jdocker.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything is mounted beneath a private tmpfs, so nothing is left and nobody else sees it. */
@KernelTest
class MountsTest {
    private final Kernel kernel = Kernel.load();
    private final Mounts mounts = kernel.mounts();
    private final FileCalls files = kernel.files();

    @TempDir
    Path temp;

    @BeforeEach
    void mount() {
        mounts.mount(new Mount("tmpfs", temp.toString(), "tmpfs", Set.of(MountFlag.NO_DEV), "size=1m"));
        mounts.mount(Mount.propagation(temp.toString(), MountFlag.PRIVATE));
    }

    @AfterEach
    void unmount() {
        mounts.unmount(temp.toString(), UnmountFlag.DETACH);
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectory(temp.resolve(name));
    }

    private long magic(Path path) {
        try (Fd fd = files.open(path.toString(), OpenFlag.PATH)) {
            return files.fsMagic(fd);
        }
    }

    @Test
    void bindsAndUnmounts() throws IOException {
        Path target = directory("target");
        mounts.mount(Mount.bind("/proc", target.toString()));
        assertThat(magic(target)).isEqualTo(FileSystem.PROC.magic());
        mounts.unmount(target.toString());
        assertThat(magic(target)).isEqualTo(FileSystem.TMPFS.magic());
        assertThat(mounts.unmountIfMounted(target.toString())).isFalse();
    }

    @Test
    void mountsAnOverlay() throws IOException {
        Files.writeString(directory("lower").resolve("file"), "from below");
        directory("upper");
        directory("work");
        Path merged = directory("merged");
        String options = "lowerdir=%1$s/lower,upperdir=%1$s/upper,workdir=%1$s/work".formatted(temp);
        mounts.mount(Mount.overlay(merged.toString(), options));
        assertThat(merged.resolve("file")).hasContent("from below");
        mounts.unmount(merged.toString());
    }

    @Test
    void reportsWhatFailed() {
        assertThatThrownBy(() -> mounts.mount(Mount.overlay(temp + "/none", "lowerdir=/x")))
                .hasMessage("mount(overlay overlay on " + temp + "/none): ENOENT, no such file or directory");
    }

    @Test
    void buildsMountsByDescriptorAlone() throws IOException {
        Path target = directory("target");
        try (Fd context = mounts.fsOpen("tmpfs")) {
            mounts.fsSet(context, "mode", "0711");
            mounts.fsSetFlag(context, "ro");
            mounts.fsCreate(context);
            try (Fd mount = mounts.fsMount(context, Set.of(MountAttribute.NO_EXEC, MountAttribute.NO_SUID));
                    Fd place = files.open(target.toString(), OpenFlag.PATH)) {
                mounts.moveMount(mount, place);
            }
        }
        try (Fd root = files.open(target.toString(), OpenFlag.PATH)) {
            assertThat(files.status(root).permissions()).isEqualTo(0711);
        }
        assertThatThrownBy(() -> Files.createFile(target.resolve("f"))).hasMessageContaining("Read-only");
    }

    @Test
    void quotesTheKernelsOwnWords() {
        try (Fd context = mounts.fsOpen("tmpfs")) {
            assertThatThrownBy(() -> mounts.fsSet(context, "nonsense", "1"))
                    .hasMessageMatching("fsconfig\\(nonsense=1: tmpfs: Unknown parameter 'nonsense'\\): EINVAL.*");
        }
    }

    @Test
    void clonesATreeAndMakesItReadOnly() throws IOException {
        Files.writeString(directory("source").resolve("f"), "x");
        Path target = directory("target");
        byte[] source = temp.resolve("source").toString().getBytes(UTF_8);
        try (Fd tree = mounts.cloneTree(null, source, true)) {
            mounts.setAttributes(tree, Mounts.MountChange.set(MountAttribute.READ_ONLY), true);
            mounts.setAttributes(tree, Mounts.MountChange.propagation(MountFlag.SLAVE), true);
            mounts.moveMount(tree, null, target.toString().getBytes(UTF_8));
        }
        assertThat(target.resolve("f")).hasContent("x");
        assertThatThrownBy(() -> Files.createFile(target.resolve("g"))).hasMessageContaining("Read-only");
    }
}
