package jdocker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;

@KernelTest
class LayerTarTest extends StoreTest {

    private byte[] again(Layer layer) throws IOException {
        var out = new ByteArrayOutputStream();
        LayerTar tar = store.tar(layer.chainId());
        tar.writeTo(out);
        assertThat(tar.size()).isEqualTo(out.size());
        return out.toByteArray();
    }

    private void isGivenBack(byte[] archive) throws IOException {
        Layer layer = apply(Optional.empty(), new ByteArrayInputStream(archive));
        assertThat(layer.diffId()).isEqualTo(Digest.of(archive));
        assertThat(again(layer)).isEqualTo(archive);
    }

    @Test
    void aLayerIsGivenBackAsItCame() throws IOException {
        byte[] random = new byte[700_001];
        new Random(1).nextBytes(random);
        isGivenBack(new TarBytes()
                .directory("etc/")
                .file("./etc//passwd", "root")
                .file("no-folder-of-its-own/file", "x")
                .symlink("link", "/etc")
                .file("link/through", "reached over a link")
                .hardLink("hard", "etc/passwd")
                .file(".wh.gone", "a whiteout with content")
                .file("etc/.wh..wh..opq", "")
                .file("empty", "")
                .pax("path", "p".repeat(200), "mtime", "1700000000.123")
                .file("short", "long name")
                .longName("l".repeat(150))
                .file("l", "gnu")
                .add(new TarBytes.Header('0', "random", random.length), random)
                .end());
    }

    @Test
    void bytesAfterTheEndAreGivenBackToo() throws IOException {
        isGivenBack(new TarBytes()
                .file("a", "b")
                .raw(new byte[1024])
                .raw(new byte[10_240])
                .raw(TarBytes.bytes("what some writers leave behind"))
                .toByteArray());
    }

    @Test
    void anArchiveWithoutAnEndIsGivenBack() throws IOException {
        isGivenBack(new TarBytes().file("a", "b").toByteArray());
    }

    @Test
    void anEmptyLayerIsGivenBack() throws IOException {
        isGivenBack(new byte[1024]);
    }

    @Test
    void contentsThatLaterEntriesReplaceAreGivenBack() throws IOException {
        byte[] archive = new TarBytes()
                .file("a", "first")
                .file("a", "second")
                .file("dir/inner/deep", "in a folder")
                .file("dir/other", "too")
                .file("dir", "the folder is a file now")
                .symlink("dir", "a")
                .file("a", "third")
                .end();
        Layer layer = apply(Optional.empty(), new ByteArrayInputStream(archive));
        assertThat(again(layer)).isEqualTo(archive);
        assertThat(Files.readString(diff(layer).resolve("a"))).isEqualTo("third");
        assertThat(Files.isSymbolicLink(diff(layer).resolve("dir"))).isTrue();

        store.close();
        openStore();
        assertThat(again(store.layer(layer.chainId()).orElseThrow())).isEqualTo(archive);
    }

    @Test
    void sparseFilesAreGivenBack() throws IOException {
        isGivenBack(new TarBytes()
                .pax(
                        "GNU.sparse.major",
                        "1",
                        "GNU.sparse.minor",
                        "0",
                        "GNU.sparse.name",
                        "s",
                        "GNU.sparse.realsize",
                        "9000")
                .add(new TarBytes.Header('0', "GNUSparseFile.0/s", 512 + 5), sparseData())
                .end());
    }

    private static byte[] sparseData() {
        byte[] data = new byte[512 + 5];
        byte[] map = TarBytes.bytes("2\n0\n2\n4096\n3\n");
        System.arraycopy(map, 0, data, 0, map.length);
        System.arraycopy(TarBytes.bytes("abcde"), 0, data, 512, 5);
        return data;
    }

    @Test
    void zerosBecomeHolesAndComeBackAsZeros() throws IOException {
        byte[] zeros = new byte[3_000_000];
        zeros[2_900_000] = 1;
        byte[] archive = new TarBytes()
                .add(new TarBytes.Header('0', "z", zeros.length), zeros)
                .end();
        Layer layer = apply(Optional.empty(), new ByteArrayInputStream(archive));
        assertThat(status(diff(layer).resolve("z")).blocks()).isLessThan(2_000);
        assertThat(again(layer)).isEqualTo(archive);
    }

    @Test
    void aLayerTwiceInOneChainIsGivenBackTwice() throws IOException {
        byte[] archive = new TarBytes().file("a", "first").file("a", "second").end();
        try (StagedLayer staged = store.stage(new ByteArrayInputStream(archive))) {
            List<Layer> layers = store.commit(List.of(staged, staged));
            assertThat(again(layers.get(0))).isEqualTo(archive);
            assertThat(again(layers.get(1))).isEqualTo(archive);
        }
    }

    @Test
    void aChangedFileIsNoticed() throws IOException {
        Layer layer = apply(new TarBytes().file("a", "content"));
        Files.writeString(diff(layer).resolve("a"), "CONTENT");
        assertThatThrownBy(() -> again(layer)).hasMessageContaining("is damaged on disk: its tar has the digest");
        Files.writeString(diff(layer).resolve("a"), "short");
        assertThatThrownBy(() -> again(layer)).hasMessageContaining("'a' is shorter than it was");
        Files.delete(diff(layer).resolve("a"));
        assertThatThrownBy(() -> again(layer)).hasMessageContaining("'a' cannot be read");
    }
}
