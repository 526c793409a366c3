package jdocker.image;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** How a stream is packed, told by its first bytes; unpacked within this process, never by a program of the host. */
public enum Compression {
    NONE,
    GZIP(0x1f, 0x8b),
    ZSTD(0x28, 0xb5, 0x2f, 0xfd),
    XZ(0xfd, '7', 'z', 'X', 'Z', 0),
    BZIP2('B', 'Z', 'h');

    private static final int LONGEST_MAGIC = 6;
    private static final int BUFFER = 64 * 1024;
    /** Windows beyond would let a small archive take much of the daemon's memory. */
    private static final int ZSTD_WINDOW_LOG = 27;

    private static final int XZ_MEMORY_KIB = 66 * 1024;

    private final int[] magic;

    Compression(int... magic) {
        this.magic = magic;
    }

    /** What these first bytes of a stream tell; at least six are needed for certainty. */
    public static Compression of(byte[] start, int length) {
        for (Compression compression : values()) {
            if (compression != NONE && compression.matches(start, length)) {
                return compression;
            }
        }
        return NONE;
    }

    private boolean matches(byte[] start, int length) {
        if (length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((start[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** The stream itself where it is not packed, else its unpacked content, guarded against bombs. */
    public static InputStream unpack(InputStream in) throws IOException {
        InputStream buffered = in.markSupported() ? in : new BufferedInputStream(in, BUFFER);
        buffered.mark(LONGEST_MAGIC);
        byte[] start = buffered.readNBytes(LONGEST_MAGIC);
        buffered.reset();
        return of(start, start.length).open(buffered);
    }

    InputStream open(InputStream in) throws IOException {
        if (this == NONE) {
            return in;
        }
        var counted = new RatioGuard.Counted(in);
        InputStream unpacked = switch (this) {
            case GZIP -> new GzipStream(counted);
            case ZSTD -> new ZstdInputStreamNoFinalizer(counted).setLongMax(ZSTD_WINDOW_LOG);
            case XZ -> new XZInputStream(counted, XZ_MEMORY_KIB);
            case BZIP2 -> new BZip2CompressorInputStream(counted, true);
            case NONE -> counted;
        };
        return new RatioGuard(unpacked, counted);
    }
}
