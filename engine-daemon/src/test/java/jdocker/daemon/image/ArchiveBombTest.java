package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import jdocker.daemon.http.TestClient.Reply;
import jdocker.kernel.KernelTest;
import jdocker.storage.UnpackLimits;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Archives that are small on their way and large when unpacked, loaded and imported: refused, and nothing of them stays. */
@KernelTest
@Timeout(300)
class ArchiveBombTest extends ImageServerTest {
    private static final String LOAD = "/images/load";
    private static final String IMPORT = "/images/create?fromSrc=-&repo=made";
    private static final int PIECE = 64 << 20;

    ArchiveBombTest() {
        limits = new UnpackLimits(1000, 256L << 20);
    }

    enum Packing {
        GZIP,
        ZSTD,
        XZ,
        BZIP2;

        OutputStream over(OutputStream out) throws IOException {
            return switch (this) {
                case GZIP -> new GZIPOutputStream(out);
                case ZSTD -> new ZstdOutputStreamNoFinalizer(out);
                case XZ -> new XZOutputStream(out, new LZMA2Options(0));
                case BZIP2 -> new BZip2CompressorOutputStream(out);
            };
        }

        byte[] pack(byte[] content) throws IOException {
            var out = new ByteArrayOutputStream();
            try (OutputStream packer = over(out)) {
                packer.write(content);
            }
            return out.toByteArray();
        }

        /** All of these formats may be members, one behind the other. */
        byte[] zeros(byte[] before, int pieces) throws IOException {
            var out = new ByteArrayOutputStream();
            out.writeBytes(pack(before));
            byte[] piece = pack(new byte[PIECE]);
            for (int i = 0; i < pieces; i++) {
                out.writeBytes(piece);
            }
            return out.toByteArray();
        }
    }

    private void refused(String path, byte[] archive, String reason) throws IOException {
        Reply reply = post(path, archive);
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(JSON.readTree(reply.bytes()).get("message").asText())
                .contains(reason)
                .hasSizeLessThan(1000);
        assertThat(get("/images/json")).isEmpty();
        assertThat(layers.layers()).isEmpty();
        assertThat(root.resolve("blobs/sha256")).isEmptyDirectory();
        awaitNothingTemporary();
        assertThat(events()).isEmpty();
    }

    /** What has many files goes in the background, behind the answer. */
    private void awaitNothingTemporary() throws IOException {
        Path temporary = root.resolve("tmp");
        Instant end = Instant.now().plusSeconds(60);
        while (!isEmpty(temporary) && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(temporary).isEmptyDirectory();
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /** Of the other formats in CompressionTest. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"ZSTD", "XZ"})
    void whatUnpacksToThousandsOfTimesItsSizeIsRefused(Packing packing) throws IOException {
        // What stands behind the end of a tar belongs to a layer, too; nobody reads it of an archive of images.
        byte[] bomb = packing.zeros(ONE, 17);
        assertThat(bomb).hasSizeLessThan(PIECE / 10);
        refused(IMPORT, bomb, "more than 2000 times its size");
        refused(LOAD, bomb, "holds no images");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"GZIP", "ZSTD"})
    void aLayerThatIsABombIsRefused(Packing packing) throws IOException {
        // Gzip never reaches such a ratio: there the layer's own limit counts.
        byte[] layer = packing.zeros(
                new ArchiveBytes().raw("zeros", '0', 1L << 32, new byte[0]).bytes(), 17);
        byte[] archive = new ArchiveBytes()
                .file("l", layer)
                .file("config.json", ArchiveBytes.config("", ONE))
                .file("manifest.json", "[{\"Config\":\"config.json\",\"Layers\":[\"l\"]}]")
                .end();
        refused(LOAD, archive, "the archive's files are larger than");
        refused(LOAD, Packing.GZIP.pack(archive), "the archive's files are larger than");
        refused(IMPORT, layer, "the archive's files are larger than");
    }

    @ParameterizedTest
    @CsvSource({LOAD, IMPORT})
    void whatIsPackedTwiceIsNoArchive(String path) throws IOException {
        refused(path, Packing.GZIP.pack(Packing.ZSTD.pack(new byte[PIECE])), "");
        refused(path, Packing.ZSTD.pack(Packing.ZSTD.zeros(ONE, 2)), "");
    }

    static Stream<List<Object>> bombs() {
        byte[] none = {};
        return Stream.of(
                List.of(new ArchiveBytes().raw("a", '0', 1L << 32, none).end(), "larger than 268435456 bytes"),
                List.of(
                        new ArchiveBytes()
                                .pax("size", "1152921504606846975")
                                .file("a", "x")
                                .end(),
                        "larger than"),
                List.of(
                        new ArchiveBytes()
                                .pax("size", "9223372036854775807")
                                .file("a", "x")
                                .end(),
                        "out of range"),
                List.of(
                        new ArchiveBytes()
                                .pax("GNU.sparse.size", String.valueOf(1L << 60))
                                .pax("GNU.sparse.map", (1L << 59) + ",1")
                                .file("a", "x")
                                .end(),
                        "sparse"),
                List.of(
                        new ArchiveBytes().raw("long", 'L', 1L << 31, none).end(),
                        "extended header of 2147483648 bytes"),
                List.of(
                        new ArchiveBytes().raw("pax", 'x', 1L << 31, none).end(),
                        "extended header of 2147483648 bytes"),
                List.of(longName('L', 1 << 20).file("a", "x").end(), "name of"),
                List.of(
                        new ArchiveBytes()
                                .pax("path", "x".repeat(900_000))
                                .file("a", "x")
                                .end(),
                        "name of 900000"),
                List.of(
                        new ArchiveBytes()
                                .pax("path", "d/".repeat(3000))
                                .file("a", "x")
                                .end(),
                        "name of 6000"),
                List.of(longNames(), "too many extended headers"));
    }

    private static ArchiveBytes longName(char type, int length) {
        return new ArchiveBytes().raw("long", type, length, "x".repeat(length).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] longNames() {
        var archive = new ArchiveBytes();
        for (int i = 0; i < 100; i++) {
            archive.raw("long", 'L', 512, new byte[512]);
        }
        return archive.file("a", "x").end();
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void whatIsLargeOnlyByItsHeadersIsRefused(List<Object> bomb) throws IOException {
        refused(IMPORT, (byte[]) bomb.getFirst(), (String) bomb.getLast());
    }

    @Test
    void aMillionEntriesAreRefused() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            byte[] entry = new ArchiveBytes().file("f", "x").bytes();
            for (int i = 0; i < 1_000_000; i++) {
                gzip.write(entry);
            }
        }
        refused(IMPORT, out.toByteArray(), "more than 1000 entries");
        // An archive of images is no layer: its entries are not unpacked, but for what looks like one.
        refused(LOAD, out.toByteArray(), "holds no images");
    }

    @Test
    void namesThatFillTheMemoryAreRefused() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            for (int i = 0; i < 200; i++) {
                gzip.write(
                        longName('L', 1 << 20).raw("s" + i, '2', 0, new byte[0]).bytes());
            }
        }
        refused(LOAD, out.toByteArray(), "has a name of 1048576 characters");
        var many = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(many)) {
            for (int i = 0; i < 6000; i++) {
                gzip.write(new ArchiveBytes()
                        .pax("path", String.format(Locale.ROOT, "%04000d", i))
                        .symlink("s", "x")
                        .bytes());
            }
        }
        refused(LOAD, many.toByteArray(), "the names in the archive are longer than");
    }

    @Test
    void anArchiveInAnArchiveIsOnlyAFile() throws IOException {
        byte[] inner = ArchiveBytes.saved(CONFIG, "inner:v1", ONE, TWO);
        refused(LOAD, new ArchiveBytes().file("inner.tar", inner).end(), "holds no images");
        Reply reply = post(IMPORT, new ArchiveBytes().file("inner.tar", inner).end());
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(get("/images/made/json").get("Size").asLong()).isEqualTo(inner.length);
    }

    /** As deep as a path may be; also gone again. */
    @Test
    void deepPathsAreKeptAndRemoved() throws IOException {
        byte[] deep = new ArchiveBytes()
                .pax("path", "d/".repeat(2000) + "leaf")
                .file("a", "x")
                .end();
        assertThat(post(IMPORT, deep).status()).isEqualTo(200);
        assertThat(layers.layers()).hasSize(1);
        assertThat(send("DELETE", "/images/made").status()).isEqualTo(200);
        assertThat(layers.layers()).isEmpty();
    }

    /** Each looks like a layer that nobody names. */
    @Test
    void thousandsOfLayersThatNobodyNamesLeaveNothing() throws IOException {
        var archive = new ArchiveBytes();
        for (int i = 0; i < 3000; i++) {
            archive.file("l" + i, new byte[1024]);
        }
        refused(LOAD, archive.end(), "holds no images");
    }
}
