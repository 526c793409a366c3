package jdocker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import jdocker.storage.TarBytes.Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that want out of their layer, or too much of the host: refused with the reason, and nothing is left. */
@KernelTest
class HostileArchiveTest extends StoreTest {

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(temporary()).isEmpty();
        assertThat(dataRoot.resolve("escaped")).doesNotExist();
        assertThat(dataRoot.getParent().resolve("escaped")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../escaped", "../../escaped", "a/../../escaped", "/../escaped", "a/../.."})
    void refusesNamesThatLeaveTheLayer(String name) {
        assertRefused(new TarBytes().directory("a/").file(name, "x"), "leaves the layer");
        assertRefused(new TarBytes().file("b", "x").hardLink("a", name), "leaves the layer");
    }

    @Test
    void linksInTheArchiveDoNotLeadOut() throws IOException {
        Path outside = Files.createDirectory(dataRoot.resolve("outside"));
        assertRefused(
                new TarBytes().symlink("out", outside.toString()).file("out/escaped", "x"),
                "holds entries but is no directory");
        assertRefused(
                new TarBytes().symlink("out", "/proc/self/cwd").file("out/escaped", "x"),
                "holds entries but is no directory");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void theLastComponentIsNeverFollowed() throws IOException {
        Path victim = Files.writeString(dataRoot.resolve("victim"), "untouched");
        Path diff = diff(apply(new TarBytes()
                .symlink("link", victim.toString())
                .file("link", "mine")
                .symlink("other", victim.toString())
                .add(new Header('5', "other", 0).mode(0777), new byte[0])));

        assertThat(diff.resolve("link")).content().isEqualTo("mine");
        assertThat(victim).content().isEqualTo("untouched");
        assertThat(status(victim).permissions()).isNotEqualTo(0777);
    }

    @Test
    void hardLinksReachOnlyFilesOfTheLayer() throws IOException {
        Path victim = Files.writeString(dataRoot.resolve("victim"), "untouched");
        assertRefused(new TarBytes().hardLink("a", victim.toString()), "does not hold");
        assertRefused(new TarBytes().hardLink("a", "b"), "does not hold");
        assertRefused(new TarBytes().hardLink("a", "a"), "does not hold");
        assertRefused(new TarBytes().directory("d/").hardLink("a", "d"), "no file");
        assertRefused(new TarBytes().hardLink("a", "/"), "no file");
        assertRefused(new TarBytes().file(".wh.w", "").hardLink("a", "w"), "no file");

        // A link's link is the link itself, not what it leads to.
        Path diff = diff(apply(new TarBytes().symlink("s", victim.toString()).hardLink("a", "s")));
        assertThat(Files.isSymbolicLink(diff.resolve("a"))).isTrue();
        assertThat(status(victim).links()).isEqualTo(1);
    }

    @Test
    void theRootStaysADirectory() {
        assertRefused(new TarBytes().symlink(".", "/"), "root is no directory");
        assertRefused(new TarBytes().file("/", "x"), "root is no directory");
        assertRefused(new TarBytes().hardLink("./", "a"), "root is no directory");
    }

    @Test
    void whiteoutsComeFromMarksAlone() {
        assertRefused(new TarBytes().add(new Header('3', "a", 0).device(0, 0), new byte[0]), "means removed");
        for (String mark : new String[] {".wh.", ".wh..", ".wh..."}) {
            assertRefused(new TarBytes().file("d/" + mark, ""), "hides no name");
        }
    }

    @Test
    void refusesImpossibleNumbers() {
        assertRefused(new TarBytes().add(new Header('3', "a", 0).device(07777777, 1), new byte[0]), "out of range");
        assertRefused(new TarBytes().pax("uid", "4294967295").file("a", ""), "impossible id");
        assertRefused(new TarBytes().pax("gid", "4294967296").file("a", ""), "impossible id");
        assertRefused(new TarBytes().pax("size", "9223372036854775807").file("a", ""), "out of range");
        var negative = new Header('0', "a", 0);
        Arrays.fill(negative.block, 108, 116, (byte) 0xff);
        assertRefused(new TarBytes().add(negative, new byte[0]), "impossible id");
    }

    @Test
    void refusesNamesThatNoFileCanHave() {
        assertRefused(new TarBytes().pax("path", "x".repeat(256)).file("a", ""), "component of 256 bytes");
        assertRefused(new TarBytes().pax("path", "x/".repeat(2100)).file("a", ""), "name of 4200 bytes");
        assertRefused(new TarBytes().pax("path", "a\0b").file("a", ""), "NUL");
        assertRefused(new TarBytes().pax("linkpath", "x".repeat(5000)).symlink("a", "b"), "target of 5000 bytes");
        assertRefused(new TarBytes().symlink("a", ""), "target of 0 bytes");
    }

    @Test
    void refusesFilesAsDirectories() {
        assertRefused(new TarBytes().file("a", "").file("a/b", ""), "no directory");
        assertRefused(new TarBytes().symlink("loop", "loop").file("loop/b", ""), "no directory");
        assertRefused(new TarBytes().add(new Header('6', "p", 0), new byte[0]).file("p/b", ""), "no directory");
    }

    @Test
    void refusesBombs() {
        store.close();
        try (var small = LayerStore.open(dataRoot, KERNEL, new UnpackLimits(10, 1000))) {
            var many = new TarBytes();
            for (int i = 0; i < 11; i++) {
                many.file("f" + i, "");
            }
            assertThatThrownBy(() -> small.stage(many.stream()))
                    .isInstanceOf(RefusedArchive.class)
                    .hasMessageContaining("more than 10 entries");
            assertThatThrownBy(() ->
                            small.stage(new TarBytes().file("a", "x".repeat(600)).file("b", "x".repeat(600)).stream()))
                    .isInstanceOf(RefusedArchive.class)
                    .hasMessageContaining("larger than 1000 bytes");
        }
        openStore();
    }

    @Test
    void refusesSparseFilesBeyondEveryFileSystem() {
        assertRefused(
                new TarBytes()
                        .pax("GNU.sparse.size", String.valueOf(1L << 60), "GNU.sparse.map", (1L << 59) + ",1")
                        .file("a", "x"),
                "cannot unpack 'a'");
    }

    @Test
    void refusesTruncatedAndWrongLayers() {
        byte[] good = new TarBytes().file("dir/a", "content").end();
        assertThatThrownBy(() -> store.stage(new ByteArrayInputStream(Arrays.copyOf(good, 1100))))
                .isInstanceOf(RefusedArchive.class)
                .hasMessage("the archive is truncated");
        Digest wrong = Digest.of(new byte[0]);
        assertThatThrownBy(() -> store.apply(Optional.empty(), new ByteArrayInputStream(good), Optional.of(wrong)))
                .isInstanceOf(RefusedArchive.class)
                .hasMessageContaining("instead of " + wrong);
        assertThat(store.layers()).isEmpty();
    }

    @Test
    void theDigestCountsEverythingUpToTheEndOfTheStream() {
        byte[] good = new TarBytes().file("a", "content").end();
        byte[] padded = Arrays.copyOf(good, 10240);
        assertThat(apply(Optional.empty(), new ByteArrayInputStream(padded)).diffId())
                .isEqualTo(Digest.of(padded));
    }

    @Test
    void whateverIsUnpackedStaysInsideAndGoesAway() throws IOException {
        byte[] seed = new TarBytes()
                .directory("a/")
                .symlink("a/up", "../..")
                .symlink("abs", "/")
                .file("a/up/file", "content")
                .file("abs/b/c", "x")
                .hardLink("a/hard", "b/c")
                .file("b/.wh.d", "")
                .directory("b/d")
                .pax("path", "../x")
                .end();
        var random = new Random(42);
        for (int round = 0; round < 300; round++) {
            byte[] mutant = seed.clone();
            for (int i = 0; i < 3; i++) {
                // Names and link names, where paths are made.
                int block = random.nextInt(mutant.length / 512) * 512;
                int at = block + (random.nextBoolean() ? random.nextInt(12) : 157 + random.nextInt(12));
                mutant[at] = (byte) "./abdx\0".charAt(random.nextInt(7));
            }
            fixChecksums(mutant);
            try (StagedLayer staged = store.stage(new ByteArrayInputStream(mutant))) {
                assertThat(staged.size()).isNotNegative();
            } catch (RefusedArchive _) {
                // The other way out.
            }
        }
    }

    private static void fixChecksums(byte[] archive) {
        for (int at = 0; at + 512 <= archive.length; at += 512) {
            if (archive[at + 257] == 'u') {
                long sum = 0;
                for (int i = 0; i < 512; i++) {
                    sum += i >= 148 && i < 156 ? ' ' : archive[at + i] & 0xff;
                }
                byte[] text = TarBytes.bytes(String.format("%06o\0 ", sum));
                System.arraycopy(text, 0, archive, at + 148, 8);
            }
        }
    }

    private void assertRefused(TarBytes archive, String reason) {
        assertThatThrownBy(() -> store.stage(archive.stream()))
                .isInstanceOf(RefusedArchive.class)
                .hasMessageContaining(reason);
    }
}
