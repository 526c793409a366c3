package jdocker.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jdocker.storage.TarEntry.SparseSegment;
import jdocker.storage.TarEntry.TarTime;
import org.jspecify.annotations.Nullable;

/**
 * Reads an untrusted tar stream: ustar, PAX, GNU and star, long names, sparse files of every format, numbers in octal
 * and base 256. Memory is bounded whatever the stream says. Not thread-safe.
 */
public final class TarReader {
    private static final int BLOCK = 512;
    private static final int BUFFER = 256 * 1024;
    private static final int MAX_META = 1024 * 1024; // of one extended header or long name, as Go's reader
    private static final int MAX_METAS = 8; // headers before one entry
    private static final long MAX_SIZE = 1L << 60;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;

    private long remaining; // of the current entry's data
    private int padding; // after it
    private boolean ended;

    private final TarRecorder recorder;

    public TarReader(InputStream in) {
        this(in, TarRecorder.NONE);
    }

    /** The recorder gets, in their order, all bytes that {@link #read} does not give out. */
    TarReader(InputStream in, TarRecorder recorder) {
        this.in = in;
        this.recorder = recorder;
    }

    /**
     * Goes to the next entry, passing what is left of the current one; empty at the archive's end.
     *
     * @throws RefusedArchive when the stream is no well-formed archive, or ends too soon
     */
    public Optional<TarEntry> next() {
        if (ended) {
            return Optional.empty();
        }
        var meta = new Meta();
        for (int metas = 0; metas <= MAX_METAS; metas++) {
            skip(remaining + padding);
            remaining = 0;
            padding = 0;
            byte[] block = header();
            if (block == null) {
                ended = true;
                return Optional.empty();
            }
            TarHeader header = TarHeader.parse(block);
            switch (header.flag()) {
                case 'x' -> meta.pax = PaxRecords.parse(metaData(header));
                case 'g', 'V' -> pass(header.size()); // comments and labels
                case 'L' -> meta.name = upToNul(metaData(header));
                case 'K' -> meta.linkName = upToNul(metaData(header));
                default -> {
                    return Optional.of(entry(header, block, meta));
                }
            }
        }
        throw new RefusedArchive("invalid tar header: too many extended headers before an entry");
    }

    /** Reads of the current entry's data (of a sparse file: of its segments, one after the other); -1 at its end. */
    public int read(byte[] target, int offset, int length) {
        if (remaining == 0) {
            return -1;
        }
        int wanted = (int) Math.min(length, remaining);
        if (position == limit && wanted >= BUFFER / 2) {
            // Large data go past the buffer.
            int count = fill(target, offset, wanted);
            if (count < 0) {
                throw truncated();
            }
            remaining -= count;
            return count;
        }
        if (position == limit && !refill()) {
            throw truncated();
        }
        int count = Math.min(wanted, limit - position);
        System.arraycopy(buffer, position, target, offset, count);
        position += count;
        remaining -= count;
        return count;
    }

    /** The bytes of the current entry that have not been read yet. */
    public long remaining() {
        return remaining;
    }

    /** Reads on to the end of the stream, beyond the archive's end: a digest counts those bytes too. */
    public void drain() {
        do {
            recorder.raw(buffer, position, limit - position);
            position = limit;
        } while (refill());
    }

    private static final class Meta {
        private PaxRecords pax = PaxRecords.NONE;
        private byte @Nullable [] name;
        private byte @Nullable [] linkName;
    }

    private TarEntry entry(TarHeader header, byte[] block, Meta meta) {
        PaxRecords pax = meta.pax;
        EntryType type = header.type();
        long archived = type.hasData() ? checkedSize(pax.number("size", header.size())) : 0;
        start(archived);

        byte[] name = meta.name != null ? meta.name : pax.string("path").orElse(header.name());
        long size = archived;
        Optional<List<SparseSegment>> segments = Optional.empty();
        if (type.hasData()) {
            segments = header.flag() == 'S' ? Optional.of(oldSparseMap(block)) : paxSparseMap(pax);
        }
        if (segments.isPresent()) {
            size = checkedSize(
                    header.flag() == 'S'
                            ? TarText.number(block, 483, 12, "real size")
                            : pax.number("GNU.sparse.realsize", pax.number("GNU.sparse.size", archived)));
            SparseMaps.check(segments.get(), size, remaining);
            name = pax.string("GNU.sparse.name").orElse(name);
        }
        return new TarEntry(
                type,
                name,
                meta.linkName != null ? meta.linkName : pax.string("linkpath").orElse(header.linkName()),
                header.mode(),
                pax.number("uid", header.uid()),
                pax.number("gid", header.gid()),
                size,
                pax.value("mtime").map(TarText::time).orElse(new TarTime(header.modified(), 0)),
                header.deviceMajor(),
                header.deviceMinor(),
                segments.isPresent(),
                segments.orElse(List.of()),
                pax.xattrs());
    }

    private Optional<List<SparseSegment>> paxSparseMap(PaxRecords pax) {
        if (pax.has("GNU.sparse.major", "1") && pax.has("GNU.sparse.minor", "0")) {
            return Optional.of(sparseMapInData());
        }
        return pax.sparseMap();
    }

    /** Format 1.0: decimal numbers, a line each, before the data, filled up to a block. */
    private List<SparseSegment> sparseMapInData() {
        long before = remaining;
        long count = mapNumber();
        if (count > SparseMaps.MAX_SEGMENTS) {
            throw new RefusedArchive("invalid tar header: a sparse map of " + count + " segments");
        }
        var segments = new ArrayList<SparseSegment>();
        for (long i = 0; i < count; i++) {
            segments.add(new SparseSegment(mapNumber(), mapNumber()));
        }
        long unaligned = (before - remaining) % BLOCK;
        if (unaligned != 0) {
            long rest = Math.min(BLOCK - unaligned, remaining);
            skip(rest);
            remaining -= rest;
        }
        return segments;
    }

    private long mapNumber() {
        var digits = new byte[20];
        for (int i = 0; i < digits.length; i++) {
            if (read(digits, i, 1) != 1) {
                throw new RefusedArchive("invalid tar header: a sparse map ends too soon");
            }
            recorder.raw(digits, i, 1);
            if (digits[i] == '\n') {
                return TarText.decimal(Arrays.copyOf(digits, i), "sparse map");
            }
        }
        throw new RefusedArchive("invalid tar header: sparse map is not a number");
    }

    /** The old GNU format: four pairs in the header, 21 in each of the blocks that may follow it. */
    private List<SparseSegment> oldSparseMap(byte[] block) {
        var segments = new ArrayList<SparseSegment>();
        addOldSegments(segments, block, 386, 4);
        boolean more = block[482] != 0;
        var extension = new byte[BLOCK];
        while (more) {
            readFully(extension);
            addOldSegments(segments, extension, 0, 21);
            if (segments.size() > SparseMaps.MAX_SEGMENTS) {
                throw new RefusedArchive("invalid tar header: a sparse map of too many segments");
            }
            more = extension[504] != 0;
        }
        return segments;
    }

    private static void addOldSegments(List<SparseSegment> segments, byte[] block, int offset, int count) {
        for (int at = offset; at < offset + count * 24 && block[at] != 0; at += 24) {
            segments.add(new SparseSegment(
                    TarText.number(block, at, 12, "sparse offset"),
                    TarText.number(block, at + 12, 12, "sparse length")));
        }
    }

    private static long checkedSize(long size) {
        if (size < 0 || size > MAX_SIZE) {
            throw new RefusedArchive("invalid tar header: size " + size + " is out of range");
        }
        return size;
    }

    private void start(long size) {
        remaining = size;
        padding = (int) (-size & (BLOCK - 1));
    }

    private void pass(long size) {
        start(checkedSize(size));
    }

    private byte[] metaData(TarHeader header) {
        long size = header.size();
        if (size < 0 || size > MAX_META) {
            throw new RefusedArchive("invalid tar header: an extended header of " + size + " bytes");
        }
        start(size);
        var data = new byte[(int) size];
        readFully(data);
        remaining = 0;
        return data;
    }

    private static byte[] upToNul(byte[] data) {
        return TarText.string(data, 0, data.length);
    }

    /** The next header, or null at the end: two blocks of zeros, or simply nothing more. */
    private byte @Nullable [] header() {
        var block = new byte[BLOCK];
        if (position == limit && !refill()) {
            return null;
        }
        readFully(block);
        if (!isZero(block)) {
            return block;
        }
        if (position == limit && !refill()) {
            return null;
        }
        readFully(block);
        if (!isZero(block)) {
            throw new RefusedArchive("invalid tar header: data after the end of the archive");
        }
        return null;
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private void readFully(byte[] target) {
        int done = 0;
        while (done < target.length) {
            if (position == limit && !refill()) {
                throw truncated();
            }
            int count = Math.min(target.length - done, limit - position);
            System.arraycopy(buffer, position, target, done, count);
            recorder.raw(buffer, position, count);
            position += count;
            done += count;
        }
    }

    private void skip(long count) {
        long left = count;
        while (left > 0) {
            if (position == limit && !refill()) {
                throw truncated();
            }
            int step = (int) Math.min(left, limit - position);
            recorder.raw(buffer, position, step);
            position += step;
            left -= step;
        }
    }

    private boolean refill() {
        int count = fill(buffer, 0, BUFFER);
        position = 0;
        limit = Math.max(count, 0);
        return count > 0;
    }

    private int fill(byte[] target, int offset, int length) {
        try {
            return in.read(target, offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RefusedArchive truncated() {
        return new RefusedArchive("the archive is truncated");
    }
}
