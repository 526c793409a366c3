package jdocker.storage;

import java.util.ArrayList;
import java.util.List;
import jdocker.storage.TarEntry.SparseSegment;

/** Checks of sparse maps, whichever of the four formats they came in. */
final class SparseMaps {
    /** As many as a megabyte of map can hold; a map beyond is an attack on memory. */
    static final int MAX_SEGMENTS = 250_000;

    private SparseMaps() {}

    static List<SparseSegment> pairs(List<byte[]> numbers) {
        if (numbers.size() % 2 != 0) {
            throw new RefusedArchive("invalid tar header: a sparse map ends within a pair");
        }
        var segments = new ArrayList<SparseSegment>(numbers.size() / 2);
        for (int i = 0; i < numbers.size(); i += 2) {
            segments.add(new SparseSegment(
                    TarText.decimal(numbers.get(i), "sparse map"), TarText.decimal(numbers.get(i + 1), "sparse map")));
        }
        return segments;
    }

    /** In order, apart, within the file, and exactly as many bytes as the archive holds. */
    static void check(List<SparseSegment> segments, long fileSize, long archivedSize) {
        long end = 0;
        long sum = 0;
        for (SparseSegment segment : segments) {
            if (segment.offset() < end
                    || segment.length() < 0
                    || segment.length() > fileSize
                    || segment.offset() > fileSize - segment.length()) {
                throw new RefusedArchive("invalid tar header: sparse segments overlap or pass the end of the file");
            }
            end = segment.offset() + segment.length();
            sum += segment.length();
        }
        if (sum != archivedSize) {
            throw new RefusedArchive("invalid tar header: the sparse map does not match the archived size");
        }
    }
}
