package jdocker.daemon.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jdocker.image.ArchiveEntries;
import jdocker.image.Compression;
import jdocker.storage.TarEntry;
import jdocker.storage.TarReader;

/** An image archive as a tar stream, packed or not. */
final class TarArchive implements ArchiveEntries {
    private final TarReader tar;

    TarArchive(InputStream in) {
        try {
            tar = new TarReader(Compression.unpack(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Entry> next() {
        return tar.next()
                .map(entry -> new Entry(text(entry.name()), kind(entry), text(entry.linkName()), entry.size()));
    }

    private static Kind kind(TarEntry entry) {
        return switch (entry.type()) {
            case FILE -> entry.sparse() ? Kind.OTHER : Kind.FILE;
            case SYMLINK -> Kind.SYMLINK;
            case HARD_LINK -> Kind.HARD_LINK;
            case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> Kind.OTHER;
        };
    }

    private static String text(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }

    @Override
    public InputStream content() {
        return new Content();
    }

    private final class Content extends InputStream {
        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return length == 0 ? 0 : tar.read(target, offset, length);
        }
    }
}
