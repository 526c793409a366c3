package jdocker.daemon.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** Writes the heads of responses; what is the same in all of them is bytes already. */
final class ResponseEncoder {
    static final String RAW_STREAM = "application/vnd.docker.raw-stream";
    static final String JSON = "application/json";

    /** How the end of a body is told. */
    sealed interface Framing {
        record Length(long bytes) implements Framing {}

        record Chunked() implements Framing {}

        /** By closing, or there is no body. */
        record None() implements Framing {}
    }

    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(201, "Created"),
            Map.entry(202, "Accepted"),
            Map.entry(204, "No Content"),
            Map.entry(304, "Not Modified"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"),
            Map.entry(409, "Conflict"),
            Map.entry(413, "Request Entity Too Large"),
            Map.entry(417, "Expectation Failed"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(501, "Not Implemented"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(505, "HTTP Version Not Supported"));
    private static final byte[] OK = latin("HTTP/1.1 200 OK\r\n");
    private static final byte[] JSON_TYPE = latin("Content-Type: application/json\r\n");
    private static final byte[] LENGTH = latin("Content-Length: ");
    private static final byte[] CHUNKED = latin("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = latin("Connection: close\r\n");
    private static final byte[] END_OF_LINE = latin("\r\n");
    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    private record Dated(long second, byte[] line) {}

    private final byte[] common;
    private final Clock clock;
    private volatile Dated date = new Dated(-1, new byte[0]);

    /**
     * @param product what the {@code Server} header says, such as {@code Docker/28.5.2 (linux)}
     * @param experimental for {@code Docker-Experimental}
     */
    ResponseEncoder(String product, boolean experimental, Clock clock) {
        this.common = latin("Api-Version: " + ApiVersion.CURRENT + "\r\nDocker-Experimental: " + experimental
                + "\r\nOstype: linux\r\nServer: " + product + "\r\n");
        this.clock = clock;
    }

    void head(
            ByteBuf out,
            int status,
            String contentType,
            List<Map.Entry<String, String>> headers,
            Framing framing,
            boolean keepAlive) {
        statusLine(out, status);
        out.writeBytes(common);
        out.writeBytes(date());
        if (contentType.equals(JSON)) {
            out.writeBytes(JSON_TYPE);
        } else if (!contentType.isEmpty()) {
            header(out, "Content-Type", contentType);
        }
        headers.forEach(header -> header(out, header.getKey(), header.getValue()));
        switch (framing) {
            case Framing.Length(long bytes) -> {
                out.writeBytes(LENGTH);
                ascii(out, Long.toString(bytes));
                out.writeBytes(END_OF_LINE);
            }
            case Framing.Chunked() -> out.writeBytes(CHUNKED);
            case Framing.None() -> {}
        }
        if (!keepAlive) {
            out.writeBytes(CLOSE);
        }
        out.writeBytes(END_OF_LINE);
    }

    /** The head after which a connection is no longer HTTP. */
    void hijackHead(ByteBuf out, boolean upgraded, String contentType, List<Map.Entry<String, String>> headers) {
        ascii(out, upgraded ? "HTTP/1.1 101 UPGRADED\r\n" : "HTTP/1.1 200 OK\r\n");
        header(out, "Content-Type", upgraded ? contentType : RAW_STREAM);
        if (upgraded) {
            ascii(out, "Connection: Upgrade\r\nUpgrade: tcp\r\n");
        }
        out.writeBytes(common);
        headers.forEach(header -> header(out, header.getKey(), header.getValue()));
        out.writeBytes(END_OF_LINE);
    }

    private static void statusLine(ByteBuf out, int status) {
        if (status == 200) {
            out.writeBytes(OK);
        } else {
            ascii(out, "HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "Status") + "\r\n");
        }
    }

    private static void header(ByteBuf out, String name, String value) {
        ascii(out, name);
        ascii(out, ": ");
        ascii(out, value);
        out.writeBytes(END_OF_LINE);
    }

    private byte[] date() {
        long second = clock.millis() / 1000;
        Dated last = date;
        if (last.second != second) {
            last = new Dated(second, latin("Date: " + DATE.format(Instant.ofEpochSecond(second)) + "\r\n"));
            date = last;
        }
        return last.line;
    }

    private static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
