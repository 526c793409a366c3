package jdocker.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * A layer of a Docker data root as the tar that it came in: {@code tar-split.json.gz} holds everything but the files'
 * contents, which lie unpacked beside it. The engine verifies what comes of it by its digest.
 */
final class TarSplit {
    private static final long FILE = 1;
    private static final int BUFFER = 256 * 1024;

    private final Path record;
    private final Path files;

    TarSplit(Path record, Path files) {
        this.record = record;
        this.files = files;
    }

    /** Bytes of the tar. */
    long size() throws IOException {
        long[] size = new long[1];
        read(entry -> size[0] += entry.number("type") == FILE ? entry.number("size") : payload(entry).length);
        return size[0];
    }

    /** Why it cannot be put together here; empty where nothing speaks against it. */
    Optional<String> problem() throws IOException {
        var found = new ArrayList<String>();
        read(entry -> {
            if (entry.number("type") == FILE && entry.number("size") > 0 && entry.has("name_raw")) {
                found.add("it has a file whose name is no text, " + name(entry));
            }
        });
        return found.stream().findFirst();
    }

    void writeTo(OutputStream out) throws IOException {
        read(entry -> {
            if (entry.number("type") != FILE) {
                out.write(payload(entry));
            } else if (entry.number("size") > 0) {
                copy(name(entry), entry.number("size"), out);
            }
        });
    }

    private interface Use {
        void of(JsonObject entry) throws IOException;
    }

    private void read(Use use) throws IOException {
        try (InputStream in =
                new BufferedInputStream(new GZIPInputStream(Files.newInputStream(record), BUFFER), BUFFER)) {
            Json.Values values = Json.values(in);
            JsonObject entry;
            while ((entry = values.next()) != null) {
                use.of(entry);
            }
        }
    }

    private static byte[] payload(JsonObject entry) {
        return Base64.getDecoder().decode(entry.text("payload"));
    }

    /** Names that are no text, which no path can be made of here, are kept in base 64. */
    private static String name(JsonObject entry) {
        String raw = entry.text("name_raw");
        return raw.isEmpty()
                ? entry.text("name")
                : new String(Base64.getDecoder().decode(raw), StandardCharsets.UTF_8);
    }

    private void copy(String name, long size, OutputStream out) throws IOException {
        String relative = name.replaceFirst("^/+", "");
        long left = size;
        byte[] chunk = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(files.resolve(relative))) {
            while (left > 0) {
                int count = in.read(chunk, 0, (int) Math.min(chunk.length, left));
                if (count < 0) {
                    throw new IOException("layer file " + files.resolve(relative) + " is shorter than it was");
                }
                out.write(chunk, 0, count);
                left -= count;
            }
        }
    }
}
