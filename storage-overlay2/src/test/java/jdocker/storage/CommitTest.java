package jdocker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Device;
import jdocker.kernel.Fd;
import jdocker.kernel.FileType;
import jdocker.kernel.KernelTest;
import jdocker.kernel.OpenFlag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What containers write, made into layers, listed and exported. */
@KernelTest
class CommitTest extends StoreTest {
    private static final String WEB = "web";

    private ChainId base;
    private Path root;
    private RootFs mounted;

    @BeforeEach
    void runContainer() {
        base = apply(new TarBytes()
                        .directory("etc/")
                        .file("etc/passwd", "root")
                        .file("etc/group", "g")
                        .directory("gone/")
                        .file("gone/inner", "x")
                        .directory("swapped/")
                        .file("swapped/old", "x")
                        .file("kept", "as it was"))
                .chainId();
        store.prepare(WEB, Optional.of(base));
        mounted = store.mount(WEB);
        root = mounted.path();
    }

    private List<String> entries(Layer layer) throws IOException {
        var out = new ByteArrayOutputStream();
        store.tar(layer.chainId()).writeTo(out);
        return entries(out.toByteArray());
    }

    private static List<String> entries(byte[] archive) {
        var names = new ArrayList<String>();
        var tar = new TarReader(new ByteArrayInputStream(archive));
        for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            names.add(entry.get().type() + " " + new String(entry.get().name(), StandardCharsets.UTF_8));
        }
        return names;
    }

    private Layer commit() {
        try (StagedLayer staged = store.stage(WEB, Optional.of(base))) {
            return store.commit(Optional.of(base), List.of(staged)).getFirst();
        }
    }

    private void change() throws IOException {
        Files.writeString(root.resolve("etc/passwd"), "root\nuser");
        Files.writeString(root.resolve("etc/new"), "new");
        Files.delete(root.resolve("gone/inner"));
        Files.delete(root.resolve("gone"));
        Files.delete(root.resolve("swapped/old"));
        Files.delete(root.resolve("swapped"));
        Files.createDirectory(root.resolve("swapped"));
        Files.writeString(root.resolve("swapped/young"), "y");
        Files.createLink(root.resolve("hard"), root.resolve("etc/new"));
        Files.createSymbolicLink(root.resolve("soft"), Path.of("/etc/shadow"));
    }

    @Test
    void aLayerHoldsWhatWasAddedChangedAndRemoved() throws IOException {
        change();
        Layer layer = commit();
        assertThat(entries(layer))
                .containsExactly(
                        "DIRECTORY etc/",
                        "FILE etc/new",
                        "FILE etc/passwd",
                        "FILE .wh.gone",
                        "HARD_LINK hard",
                        "SYMLINK soft",
                        "DIRECTORY swapped/",
                        "FILE swapped/.wh..wh..opq",
                        "FILE swapped/young");

        store.prepare("second", Optional.of(layer.chainId()));
        try (RootFs again = store.mount("second")) {
            Path other = again.path();
            assertThat(other.resolve("etc/passwd")).hasContent("root\nuser");
            assertThat(other.resolve("etc/group")).hasContent("g");
            assertThat(other.resolve("gone")).doesNotExist();
            assertThat(other.resolve("swapped/old")).doesNotExist();
            assertThat(other.resolve("swapped/young")).hasContent("y");
            assertThat(other.resolve("hard")).hasContent("new");
            assertThat(status(other.resolve("hard")).inode())
                    .isEqualTo(status(other.resolve("etc/new")).inode());
        }
    }

    @Test
    void theSameChangesGiveTheSameLayer() throws IOException {
        change();
        assertThat(commit().diffId()).isEqualTo(commit().diffId());
    }

    @Test
    void attributesModesAndOwnersComeAlong() throws IOException {
        Path file = Files.writeString(root.resolve("f"), "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        try (Fd fd = FILES.open(file.toString(), OpenFlag.READ_ONLY)) {
            FILES.chown(fd, 1234, 3_000_000);
            KERNEL.xattrs().set(fd, "user.note", TarBytes.bytes("kept\n"));
        }
        FILES.mknod(null, TarBytes.bytes(root + "/pipe"), FileType.FIFO.bits() | 0600, Device.NONE);
        Path made = diff(commit());
        assertThat(status(made.resolve("f")).uid()).isEqualTo(1234);
        assertThat(status(made.resolve("f")).gid()).isEqualTo(3_000_000);
        assertThat(status(made.resolve("f")).permissions()).isEqualTo(0640);
        assertThat(xattr(made.resolve("f"), "user.note")).contains("kept\n");
        assertThat(status(made.resolve("pipe")).type()).isEqualTo(FileType.FIFO);
    }

    @Test
    void theRootsOwnModeComesAlongWhenChanged() throws IOException {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        Layer layer = commit();
        assertThat(entries(layer)).containsExactly("DIRECTORY ./");
        assertThat(status(diff(layer)).permissions()).isEqualTo(0700);
    }

    @Test
    void longAndForeignNamesComeAlong() throws IOException {
        String name = "ä".repeat(100) + "/" + "x".repeat(200);
        Files.createDirectories(root.resolve(name).getParent());
        Files.writeString(root.resolve(name), "deep");
        assertThat(diff(commit()).resolve(name)).hasContent("deep");
    }

    @Test
    void nothingWrittenGivesAnEmptyLayer() throws IOException {
        assertThat(entries(commit())).isEmpty();
    }

    @Test
    void aNameThatMeansRemovedIsRefused() throws IOException {
        Files.writeString(root.resolve(".wh.kept"), "");
        assertThatThrownBy(this::commit)
                .isInstanceOf(UnarchivableTree.class)
                .hasMessageContaining("'.wh.kept' has a name that in a layer means: removed");
        assertThat(temporary()).isEmpty();
    }

    @Test
    void changesAreListedAsDockerDoes() throws IOException {
        change();
        Files.setPosixFilePermissions(root.resolve("kept"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(store.changes(WEB, Optional.of(base)).stream()
                        .map(change -> change.kind().toString().charAt(0) + " " + change.path()))
                .containsExactly(
                        "M /etc",
                        "A /etc/new",
                        "M /etc/passwd",
                        "D /gone",
                        "A /hard",
                        "M /kept",
                        "A /soft",
                        "M /swapped",
                        "D /swapped/old",
                        "A /swapped/young");
    }

    @Test
    void anExportIsTheWholeTree() throws IOException {
        change();
        var out = new ByteArrayOutputStream();
        new RootTree(KERNEL, mounted.root()).export(out);
        assertThat(entries(out.toByteArray()))
                .contains("FILE etc/passwd", "FILE kept", "FILE .dockerenv", "SYMLINK etc/mtab", "FILE swapped/young")
                .doesNotContain("DIRECTORY gone/");
    }
}
