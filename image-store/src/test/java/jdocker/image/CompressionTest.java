package jdocker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CompressionTest {
    private static final byte[] CONTENT = content();

    private static byte[] content() {
        var content = new byte[300_000];
        new Random(1).nextBytes(content);
        Arrays.fill(content, 1000, 200_000, (byte) 'x');
        return content;
    }

    private interface Packing {
        OutputStream over(OutputStream out) throws IOException;
    }

    private static byte[] pack(Packing packing, byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (OutputStream packer = packing.over(out)) {
            packer.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] unpack(byte[] packed) throws IOException {
        try (InputStream in = Compression.unpack(new ByteArrayInputStream(packed))) {
            return in.readAllBytes();
        }
    }

    @Test
    void unpacksWhateverTheFirstBytesTell() throws IOException {
        assertThat(unpack(CONTENT)).isEqualTo(CONTENT);
        assertThat(unpack(pack(GZIPOutputStream::new, CONTENT))).isEqualTo(CONTENT);
        assertThat(unpack(pack(BZip2CompressorOutputStream::new, CONTENT))).isEqualTo(CONTENT);
        assertThat(unpack(pack(out -> new XZOutputStream(out, new LZMA2Options(3)), CONTENT)))
                .isEqualTo(CONTENT);
        assertThat(unpack(Zstd.compress(CONTENT))).isEqualTo(CONTENT);
        assertThat(unpack(new byte[] {1, 2})).containsExactly(1, 2);
        assertThat(unpack(new byte[0])).isEmpty();
    }

    @Test
    void takesSeveralMembersAndPaddingForOneGzipStream() throws IOException {
        byte[] one = pack(GZIPOutputStream::new, CONTENT);
        byte[] two = pack(GZIPOutputStream::new, new byte[] {7});
        var both = new ByteArrayOutputStream();
        both.write(one);
        both.write(two);
        both.write(new byte[100]);
        // A byte at a time, as a slow network has it.
        InputStream slow = new ByteArrayInputStream(both.toByteArray()) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
        try (InputStream in = Compression.unpack(slow)) {
            assertThat(in.readAllBytes()).hasSize(CONTENT.length + 1);
        }
    }

    @Test
    void readsGzipHeadersWithEveryField() throws IOException {
        byte[] plain = pack(GZIPOutputStream::new, CONTENT);
        var out = new ByteArrayOutputStream();
        out.write(plain, 0, 3);
        out.write(2 | 4 | 8 | 16);
        out.write(plain, 4, 6);
        out.write(new byte[] {3, 0, 1, 2, 3, 'n', 'a', 0, 'c', 0, 9, 9});
        out.write(plain, 10, plain.length - 10);
        assertThat(unpack(out.toByteArray())).isEqualTo(CONTENT);
    }

    @Test
    void refusesBrokenAndTruncatedStreams() throws IOException {
        byte[] gzip = pack(GZIPOutputStream::new, CONTENT);
        byte[] wrongSum = gzip.clone();
        wrongSum[gzip.length - 8] ^= 1;
        byte[] xz = pack(out -> new XZOutputStream(out, new LZMA2Options(3)), CONTENT);
        byte[] zstd = Zstd.compress(CONTENT);
        for (byte[] broken : new byte[][] {
            wrongSum,
            Arrays.copyOf(gzip, gzip.length - 1),
            Arrays.copyOf(gzip, 7),
            Arrays.copyOf(xz, xz.length / 2),
            Arrays.copyOf(zstd, zstd.length / 2)
        }) {
            assertThatThrownBy(() -> unpack(broken)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void refusesWindowsThatWouldTakeTheDaemonsMemory() throws IOException {
        byte[] xz = pack(out -> new XZOutputStream(out, options(128 << 20)), new byte[100]);
        assertThatThrownBy(() -> unpack(xz)).isInstanceOf(IOException.class).hasMessageContaining("memory");
        // Magic, no flags, a window of 2 GiB, one empty last block.
        byte[] zstd = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (21 << 3), 1, 0, 0};
        assertThatThrownBy(() -> unpack(zstd)).isInstanceOf(IOException.class);
    }

    private static LZMA2Options options(int dictionary) throws IOException {
        var options = new LZMA2Options(1);
        options.setDictSize(dictionary);
        return options;
    }

    @Test
    void stopsBombs() throws IOException {
        byte[] chunk = new byte[1 << 20];
        var out = new ByteArrayOutputStream();
        try (var zstd = new ZstdOutputStreamNoFinalizer(out)) {
            for (int i = 0; i < 1100; i++) {
                zstd.write(chunk);
            }
        }
        assertThatThrownBy(() -> {
                    try (InputStream in = Compression.unpack(new ByteArrayInputStream(out.toByteArray()))) {
                        in.transferTo(OutputStream.nullOutputStream());
                    }
                })
                .isInstanceOf(InvalidArchive.class)
                .hasMessageContaining("more than 2000 times its size");
    }
}
