package jdocker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.KernelTest;
import jdocker.kernel.OpenFlag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copying into and out of a root whose owner is hostile. */
@KernelTest
class RootTreeTest extends StoreTest {
    private static final CopyRules PLAIN = new CopyRules(false, Optional.empty());

    private Path outside;
    private Path root;
    private Fd fd;
    private RootTree tree;

    @BeforeEach
    void makeTree() throws IOException {
        outside = Files.createDirectory(dataRoot.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        root = Files.createDirectory(dataRoot.resolve("root"));
        Files.createDirectories(root.resolve("etc/inner"));
        Files.writeString(root.resolve("etc/passwd"), "root");
        Files.createSymbolicLink(root.resolve("link"), Path.of("/etc"));
        Files.createSymbolicLink(root.resolve("absolute"), outside);
        Files.createSymbolicLink(root.resolve("up"), Path.of("../outside"));
        fd = FILES.open(root.toString(), OpenFlag.PATH, OpenFlag.DIRECTORY);
        tree = new RootTree(KERNEL, fd);
    }

    @AfterEach
    void closeRoot() {
        fd.close();
    }

    private List<String> archived(String path) throws IOException {
        var out = new ByteArrayOutputStream();
        assertThat(tree.archive(path, out)).isTrue();
        var names = new ArrayList<String>();
        var tar = new TarReader(new ByteArrayInputStream(out.toByteArray()));
        for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            names.add(new String(entry.get().name(), StandardCharsets.UTF_8));
        }
        return names;
    }

    private void extract(String directory, TarBytes archive) {
        tree.extract(directory, archive.stream(), PLAIN, UnpackLimits.DEFAULT);
    }

    @Test
    void archivesAreNamedAsTheyWereAskedFor() throws IOException {
        assertThat(archived("/etc")).containsExactly("etc/", "etc/inner/", "etc/passwd");
        assertThat(archived("etc/.")).containsExactly("./", "./inner/", "./passwd");
        assertThat(archived("/etc/passwd")).containsExactly("passwd");
        assertThat(archived("/etc/inner/../passwd")).containsExactly("passwd");
        assertThat(archived("/link")).containsExactly("link");
        assertThat(archived("/link/")).containsExactly("link/", "link/inner/", "link/passwd");
        assertThat(archived("/link/passwd")).containsExactly("passwd");
        assertThat(archived("/")).contains("etc/", "etc/passwd", "link");
    }

    @Test
    void linksNeverLeadOut() throws IOException {
        assertThat(tree.find("/absolute/secret")).isEmpty();
        assertThat(tree.find("/up/secret")).isEmpty();
        assertThat(tree.find("/../../outside/secret")).isEmpty();
        assertThat(tree.archive("/absolute/", new ByteArrayOutputStream())).isFalse();
        Files.createSymbolicLink(root.resolve("self"), Path.of("/proc/self/root"));
        assertThat(tree.find("/self/etc/shadow")).isEmpty();
    }

    @Test
    void aLinksTargetIsToldAsTheContainerSeesIt() {
        assertThat(tree.find("/link").orElseThrow().linkTarget()).isEqualTo("/etc");
        assertThat(tree.find("/up").orElseThrow().linkTarget()).isEqualTo("/outside");
        assertThat(tree.find("/link/").orElseThrow().status().isDirectory()).isTrue();
        assertThat(tree.find("/missing")).isEmpty();
        assertThat(tree.find("/etc/passwd/x")).isEmpty();
    }

    @Test
    void unpacksIntoADirectoryOverLinks() {
        extract(
                "/link/inner",
                new TarBytes().file("a", "1").directory("d/").file("d/b", "2").file(".wh.passwd", "3"));
        assertThat(root.resolve("etc/inner/a")).hasContent("1");
        assertThat(root.resolve("etc/inner/d/b")).hasContent("2");
        assertThat(root.resolve("etc/inner/.wh.passwd")).hasContent("3");
        extract("/", new TarBytes().directory("./").file("./top", "4"));
        assertThat(root.resolve("top")).hasContent("4");
    }

    @Test
    void archivesNeverLeadOut() throws IOException {
        assertThatThrownBy(() -> extract("/etc", new TarBytes().file("../../outside/new", "")))
                .isInstanceOf(RefusedArchive.class)
                .hasMessageContaining("leaves");
        extract("/etc", new TarBytes().symlink("evil", outside.toString()).file("other", ""));
        assertThatThrownBy(() -> extract("/etc", new TarBytes().file("evil/new", "")))
                .isInstanceOf(RefusedArchive.class);
        assertThatThrownBy(() -> extract("/etc", new TarBytes().hardLink("hard", "evil/secret")))
                .isInstanceOf(RefusedArchive.class);
        assertThatThrownBy(() -> extract("/up", new TarBytes().file("new", ""))).isInstanceOf(RuntimeException.class);
        try (var files = Files.list(outside)) {
            assertThat(files).containsExactly(outside.resolve("secret"));
        }
    }

    @Test
    void whatIsThereIsReplacedUnlessKindsAreKept() {
        extract("/", new TarBytes().file("etc/passwd", "new").file("link", "no link now"));
        assertThat(root.resolve("etc/passwd")).hasContent("new");
        assertThat(root.resolve("link")).isRegularFile();
        var keep = new CopyRules(true, Optional.empty());
        assertThatThrownBy(() -> tree.extract("/", new TarBytes().file("etc", "").stream(), keep, UnpackLimits.DEFAULT))
                .hasMessageContaining("cannot overwrite directory 'etc' with a non-directory");
        assertThatThrownBy(() ->
                        tree.extract("/", new TarBytes().directory("etc/passwd").stream(), keep, UnpackLimits.DEFAULT))
                .hasMessageContaining("cannot overwrite non-directory 'etc/passwd' with a directory");
        extract("/", new TarBytes().file("etc", "a file"));
        assertThat(root.resolve("etc")).hasContent("a file");
    }

    @Test
    void anOwnerMayBePrescribed() {
        var owned = new CopyRules(false, Optional.of(new CopyRules.Owner(12, 34)));
        tree.extract("/etc", new TarBytes().file("mine", "").stream(), owned, UnpackLimits.DEFAULT);
        assertThat(status(root.resolve("etc/mine")).uid()).isEqualTo(12);
        assertThat(status(root.resolve("etc/mine")).gid()).isEqualTo(34);
    }
}
