package jdocker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.v3.deflate.DeflateNativeCompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerPackingTest {
    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static byte[] content(int size) {
        var random = new Random(size);
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = i % 3 == 0 ? (byte) random.nextInt() : (byte) (i >> 8);
        }
        return content;
    }

    private byte[] packed(byte[] content, int perWrite) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var packing = new LayerPacking(out, threads)) {
            for (int at = 0; at < content.length; at += perWrite) {
                packing.write(content, at, Math.min(perWrite, content.length - at));
            }
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                LayerPacking.PIECE - 1,
                LayerPacking.PIECE,
                LayerPacking.PIECE + 1,
                2 * LayerPacking.PIECE,
                9 * LayerPacking.PIECE + 12_345
            })
    void whatIsPackedComesOutAgain(int size) throws IOException {
        byte[] content = content(size);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(packed(content, 10_000))).readAllBytes())
                .isEqualTo(content);
    }

    @Test
    void theSameBytesMakeTheSameFileHoweverTheyCome() throws IOException {
        byte[] content = content(5 * LayerPacking.PIECE + 7);
        byte[] once = packed(content, content.length);
        assertThat(packed(content, 4099)).isEqualTo(once);
        try (ExecutorService one = Executors.newSingleThreadExecutor()) {
            var out = new ByteArrayOutputStream();
            try (var packing = new LayerPacking(out, one)) {
                packing.write(content);
            }
            assertThat(out.toByteArray()).isEqualTo(once);
        }
    }

    @Test
    void theFileIsHardlyLargerThanWhatTheJdkMakesOfTheWhole() throws IOException {
        byte[] content = text(16 * LayerPacking.PIECE);
        var whole = new ByteArrayOutputStream();
        try (var zlib = new DeflaterOutputStream(whole, new Deflater(3, true))) {
            zlib.write(content);
        }
        assertThat(packed(content, 65_536).length).isLessThan(whole.size() + whole.size() / 50);
    }

    private static byte[] text(int size) {
        var random = new Random(size);
        byte[] content = new byte[size];
        for (int at = 0; at < size; ) {
            byte[] word = Integer.toString(random.nextInt(5000), 36).getBytes(StandardCharsets.US_ASCII);
            int count = Math.min(word.length, size - at);
            System.arraycopy(word, 0, content, at, count);
            at += count;
        }
        return content;
    }

    @Test
    void nothingOfTheLibraryStaysInTheTemporaryFolder() throws IOException {
        packed(content(1), 1);
        Path folder = Path.of(System.getProperty("aircompressor.tmpdir"));
        assertThat(folder.getFileName().toString()).startsWith("libdeflate-");
        assertThat(folder).doesNotExist();
        assertThat(DeflateNativeCompressor.isEnabled()).isTrue();
    }

    @Test
    void otherProgramsUnpackIt() throws Exception {
        Path file = Files.createTempFile("packed", ".gz");
        try {
            byte[] content = content(3 * LayerPacking.PIECE + 5);
            Files.write(file, packed(content, 8192));
            Process gzip = new ProcessBuilder("gzip", "-dc", file.toString()).start();
            assertThat(gzip.getInputStream().readAllBytes()).isEqualTo(content);
            assertThat(gzip.waitFor()).isZero();
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void whatCannotBeWrittenIsTold() {
        var full = new OutputStream() {
            private int room = 1000;

            @Override
            public void write(int b) throws IOException {
                if (room-- == 0) {
                    throw new IOException("No space left on device");
                }
            }
        };
        assertThatThrownBy(() -> {
                    try (var packing = new LayerPacking(full, threads)) {
                        packing.write(content(20 * LayerPacking.PIECE));
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessage("No space left on device");
    }
}
