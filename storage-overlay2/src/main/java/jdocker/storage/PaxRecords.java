package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.storage.TarEntry.SparseSegment;

/** The extended header of one entry: records {@code length key=value\n}, bytes in the values. */
final class PaxRecords {
    static final PaxRecords NONE = new PaxRecords(Map.of(), List.of());
    private static final String XATTR = "SCHILY.xattr.";
    private static final byte[] EMPTY = {};

    private final Map<String, byte[]> records;
    private final List<byte[]> sparseNumbers; // of format 0.0, whose keys repeat: offset, length, offset, …

    private PaxRecords(Map<String, byte[]> records, List<byte[]> sparseNumbers) {
        this.records = records;
        this.sparseNumbers = sparseNumbers;
    }

    static PaxRecords parse(byte[] data) {
        var records = new HashMap<String, byte[]>();
        var sparseNumbers = new ArrayList<byte[]>();
        int at = 0;
        while (at < data.length) {
            int space = indexOf(data, (byte) ' ', at, Math.min(data.length, at + 20));
            long length = TarText.decimal(Arrays.copyOfRange(data, at, space), "extended header");
            if (length > data.length - at || length < space - at + 4 || data[(int) (at + length - 1)] != '\n') {
                throw new RefusedArchive("invalid tar header: an extended record has a wrong length");
            }
            int end = (int) (at + length);
            int equals = indexOf(data, (byte) '=', space + 1, end);
            String key = new String(data, space + 1, equals - space - 1, StandardCharsets.UTF_8);
            byte[] value = Arrays.copyOfRange(data, equals + 1, end - 1);
            if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
                boolean offset = key.endsWith("offset");
                if (offset != (sparseNumbers.size() % 2 == 0)) {
                    throw new RefusedArchive("invalid tar header: sparse offsets and lengths do not alternate");
                }
                sparseNumbers.add(value);
            } else {
                records.put(key, value);
            }
            at = end;
        }
        return new PaxRecords(records, sparseNumbers);
    }

    /** An empty value takes a record back, hence counts as none. */
    Optional<byte[]> value(String key) {
        return Optional.ofNullable(records.get(key)).filter(value -> value.length > 0);
    }

    /** A string without NUL: what follows one would be seen by some programs and not by the kernel. */
    Optional<byte[]> string(String key) {
        Optional<byte[]> value = value(key);
        if (value.isPresent() && holdsNul(value.get())) {
            throw new RefusedArchive("invalid tar header: " + key + " holds a NUL");
        }
        return value;
    }

    long number(String key, long otherwise) {
        return value(key).map(text -> TarText.decimal(text, key)).orElse(otherwise);
    }

    boolean has(String key, String text) {
        return Arrays.equals(records.getOrDefault(key, EMPTY), text.getBytes(StandardCharsets.US_ASCII));
    }

    Map<String, byte[]> xattrs() {
        var xattrs = new HashMap<String, byte[]>();
        records.forEach((key, value) -> {
            if (key.startsWith(XATTR)) {
                xattrs.put(key.substring(XATTR.length()), value);
            }
        });
        return xattrs;
    }

    /** The map of the formats 0.0 (repeated keys) and 0.1 (one list), which stand in the header. */
    Optional<List<SparseSegment>> sparseMap() {
        Optional<byte[]> list = value("GNU.sparse.map");
        if (list.isPresent()) {
            return Optional.of(SparseMaps.pairs(split(list.get())));
        }
        if (!sparseNumbers.isEmpty() || value("GNU.sparse.size").isPresent()) {
            return Optional.of(SparseMaps.pairs(sparseNumbers));
        }
        return Optional.empty();
    }

    private static List<byte[]> split(byte[] list) {
        var parts = new ArrayList<byte[]>();
        int start = 0;
        for (int i = 0; i <= list.length; i++) {
            if (i == list.length || list[i] == ',') {
                parts.add(Arrays.copyOfRange(list, start, i));
                start = i + 1;
            }
        }
        return parts;
    }

    private static boolean holdsNul(byte[] value) {
        for (byte b : value) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    private static int indexOf(byte[] data, byte wanted, int from, int end) {
        for (int i = from; i < end; i++) {
            if (data[i] == wanted) {
                return i;
            }
        }
        throw new RefusedArchive("invalid tar header: an extended record has no '" + (char) wanted + "'");
    }
}
