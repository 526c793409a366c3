package jdocker.daemon.container;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import jdocker.api.WireTime;

/** Log records as clients read them: with Docker's frames unless the container has a terminal. */
final class LogText implements LogReader.Sink {
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private final OutputStream out;
    private final LogQuery query;
    private final boolean framed;

    LogText(OutputStream out, LogQuery query, boolean framed) {
        this.out = out;
        this.query = query;
        this.framed = framed;
    }

    @Override
    public void record(LogRecord record) throws IOException {
        byte[] prefix = prefix(record).getBytes(StandardCharsets.UTF_8);
        int length = prefix.length + record.message().length;
        if (framed) {
            out.write(new byte[] {
                (byte) (record.isStderr() ? STDERR : STDOUT),
                0,
                0,
                0,
                (byte) (length >> 24),
                (byte) (length >> 16),
                (byte) (length >> 8),
                (byte) length
            });
        }
        out.write(prefix);
        out.write(record.message());
    }

    @Override
    public void pause() throws IOException {
        out.flush();
    }

    private String prefix(LogRecord record) {
        String time = query.timestamps() ? WireTime.padded(record.time()) + " " : "";
        return query.details() ? time + details(record.attributes()) + " " : time;
    }

    private static String details(Map<String, String> attributes) {
        var text = new StringBuilder();
        attributes.forEach((key, value) -> text.append(text.isEmpty() ? "" : ",")
                .append(URLEncoder.encode(key, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return text.toString();
    }
}
