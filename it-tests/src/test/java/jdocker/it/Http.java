package jdocker.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** The barest HTTP/1.1 client over a unix socket: one request a connection, bytes as they are. */
final class Http {

    private final Path socket;

    Http(Path socket) {
        this.socket = socket;
    }

    /** An answer: status line's code, the whole head, the body without chunk framing. */
    record Answer(int status, String head, String body) {

        Answer is(int expected) {
            if (status == 0) {
                throw new UncheckedIOException("closed without an answer", new IOException(head));
            }
            if (status != expected) {
                throw new AssertionError("status " + status + " instead of " + expected + "\n" + head + "\n" + body);
            }
            return this;
        }
    }

    SocketChannel connect() {
        try {
            var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + socket, e);
        }
    }

    Answer get(String path) {
        return send("GET", path, "");
    }

    Answer post(String path, String json) {
        return send("POST", path, json);
    }

    Answer delete(String path) {
        return send("DELETE", path, "");
    }

    Answer send(String method, String path, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return raw(head(method, path, "application/json", body.length), body);
    }

    Answer send(String method, String path, String contentType, byte[] body) {
        return raw(head(method, path, contentType, body.length), body);
    }

    private static String head(String method, String path, String contentType, int length) {
        String entity = length == 0 && !method.equals("POST")
                ? ""
                : "Content-Type: " + contentType + "\r\nContent-Length: " + length + "\r\n";
        return method + " " + path + " HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n" + entity + "\r\n";
    }

    /** Sends these very bytes and reads until the peer closes. */
    Answer raw(String head, byte[] body) {
        try (SocketChannel channel = connect()) {
            try {
                write(channel, head.getBytes(StandardCharsets.ISO_8859_1));
                write(channel, body);
            } catch (IOException e) {
                // The daemon may answer and close before it has read everything: read its answer.
            }
            return parse(readAll(channel));
        } catch (IOException e) {
            throw new UncheckedIOException(head, e);
        }
    }

    static void write(SocketChannel channel, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static byte[] readAll(SocketChannel channel) throws IOException {
        var all = new ByteArrayOutputStream();
        var buffer = ByteBuffer.allocate(16384);
        try {
            while (channel.read(buffer) >= 0) {
                all.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        } catch (IOException e) {
            // A reset after the answer, when our body was not wanted, ends the answer as a close does.
        }
        return all.toByteArray();
    }

    private static Answer parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Answer(0, text, "");
        }
        String head = text.substring(0, end);
        String body = text.substring(end + 4);
        if (head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
            body = unchunk(body);
        }
        int status = Integer.parseInt(head.split(" ", 3)[1]);
        return new Answer(status, head, new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    private static String unchunk(String body) {
        var whole = new StringBuilder();
        int at = 0;
        while (at < body.length()) {
            int lineEnd = body.indexOf("\r\n", at);
            if (lineEnd < 0) {
                break;
            }
            int size = Integer.parseInt(body.substring(at, lineEnd).trim(), 16);
            if (size == 0) {
                break;
            }
            int from = lineEnd + 2;
            whole.append(body, from, Math.min(body.length(), from + size));
            at = from + size + 2;
        }
        return whole.toString();
    }
}
