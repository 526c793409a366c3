package jdocker.image;

import io.airlift.compress.v3.deflate.DeflateCompressor;
import io.airlift.compress.v3.deflate.DeflateNativeCompressor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raw deflate (RFC 1951) by libdeflate, at two fifths of the time of the JDK's zlib for fewer bytes; by that zlib where
 * libdeflate has no build or cannot be loaded. For one thread at a time.
 */
final class LayerDeflater {
    private static final Logger LOG = LoggerFactory.getLogger(LayerDeflater.class);

    /** Beyond it each percent of size costs ten of time. */
    private static final int LEVEL = 3;

    static {
        loadLibrary();
    }

    private final DeflateCompressor compressor = DeflateCompressor.create(LEVEL);

    /** The library comes out of its jar by a temporary file, of which nothing is to stay. */
    private static void loadLibrary() {
        try {
            Path folder = Files.createTempDirectory("libdeflate-");
            System.setProperty("aircompressor.tmpdir", folder.toString());
            if (!DeflateNativeCompressor.isEnabled()) {
                LOG.info("libdeflate cannot be loaded: layers are packed by the JDK's zlib, which takes longer");
            }
            try (var files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        } catch (IOException e) {
            LOG.warn("cannot make room for libdeflate: {}", e.toString());
        }
    }

    /** Bytes that so many bytes of content may become. */
    int mostFor(int length) {
        return compressor.maxCompressedLength(length);
    }

    /** Deflates the first bytes of the content, as one complete stream; how many they have become. */
    int deflate(byte[] content, int length, byte[] packed, int offset) {
        return compressor.compress(content, 0, length, packed, offset, packed.length - offset);
    }
}
