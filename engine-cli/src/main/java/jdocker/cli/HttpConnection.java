package jdocker.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One connection to the daemon: HTTP/1.1 requests one after the other, or, after an upgrade, bytes both ways. */
final class HttpConnection implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;
    private static final int LONGEST_HEAD = 64 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer input = ByteBuffer.allocate(BUFFER).limit(0);

    HttpConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** Status line and headers; names in lower case. */
    record Head(int status, Map<String, String> headers) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        boolean keepsAlive() {
            return !header("connection").toLowerCase(Locale.ROOT).contains("close");
        }
    }

    void send(byte[] data) throws IOException {
        send(data, 0, data.length);
    }

    void send(byte[] data, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(data, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Sends everything the stream holds as a chunked body; a daemon that answers early does not block it. */
    void sendChunked(InputStream body) throws IOException {
        byte[] buffer = new byte[BUFFER * 2];
        int length;
        while ((length = body.read(buffer)) > 0) {
            send((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            send(buffer, 0, length);
            send(new byte[] {'\r', '\n'});
        }
        send("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }

    Head readHead() throws IOException {
        String status = readLine();
        // "HTTP/1.1 200 OK"
        int space = status.indexOf(' ');
        if (!status.startsWith("HTTP/1.") || space < 0 || status.length() < space + 4) {
            throw new IOException("malformed HTTP response \"" + status + "\"");
        }
        Map<String, String> headers = new HashMap<>();
        String line;
        while (!(line = readLine()).isEmpty()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        int code = parse(status.substring(space + 1, space + 4), 10);
        return code == 100 ? readHead() : new Head(code, headers);
    }

    /** The body that belongs to a head; a HEAD request's answer has none. */
    InputStream body(Head head, boolean afterHeadRequest) {
        if (afterHeadRequest || head.status() == 204 || head.status() == 304) {
            return InputStream.nullInputStream();
        }
        if (head.header("transfer-encoding").toLowerCase(Locale.ROOT).contains("chunked")) {
            return new ChunkedInput();
        }
        String length = head.header("content-length");
        return length.isEmpty() ? new Rest() : new Counted(Long.parseLong(length));
    }

    /** What the daemon sends after an upgrade, up to its half close. */
    InputStream rest() {
        return new Rest();
    }

    /** Tells the daemon that no more input comes; output goes on. */
    void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // Nobody waits for it.
        }
    }

    private boolean fill() throws IOException {
        input.clear();
        int count = channel.read(input);
        input.flip();
        return count > 0;
    }

    private int readByte() throws IOException {
        return input.hasRemaining() || fill() ? input.get() & 0xff : -1;
    }

    private int readSome(byte[] buffer, int offset, int length) throws IOException {
        if (!input.hasRemaining() && !fill()) {
            return -1;
        }
        int count = Math.min(length, input.remaining());
        input.get(buffer, offset, count);
        return count;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder(64);
        int c;
        while ((c = readByte()) != '\n') {
            if (c < 0) {
                throw new EOFException("the daemon closed the connection");
            }
            if (line.length() > LONGEST_HEAD) {
                throw new IOException("a header line is too long");
            }
            line.append((char) c);
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }

    private static int parse(String digits, int radix) throws IOException {
        try {
            return Integer.parseInt(digits, radix);
        } catch (NumberFormatException _) {
            throw new IOException("malformed HTTP response: \"" + digits + "\" is no number");
        }
    }

    /** Whether nothing of the body is left on the connection. */
    static boolean isComplete(InputStream body) {
        return !(body instanceof Body ours) || ours.complete();
    }

    private abstract static class Body extends InputStream {
        abstract boolean complete();

        @Override
        public abstract int read(byte[] buffer, int offset, int length) throws IOException;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }
    }

    private final class Rest extends Body {
        @Override
        boolean complete() {
            return false;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return length == 0 ? 0 : readSome(buffer, offset, length);
        }
    }

    private final class Counted extends Body {
        private long left;

        Counted(long length) {
            left = length;
        }

        @Override
        boolean complete() {
            return left == 0;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = readSome(buffer, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("unexpected EOF");
            }
            left -= count;
            return count;
        }
    }

    private final class ChunkedInput extends Body {
        private int left;
        private boolean ended;

        @Override
        boolean complete() {
            return ended;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0 && !nextChunk()) {
                return -1;
            }
            int count = readSome(buffer, offset, Math.min(length, left));
            if (count < 0) {
                throw new EOFException("unexpected EOF");
            }
            left -= count;
            if (left == 0) {
                readLine();
            }
            return count;
        }

        private boolean nextChunk() throws IOException {
            if (ended) {
                return false;
            }
            String size = readLine();
            int extension = size.indexOf(';');
            left = parse((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
            if (left == 0) {
                ended = true;
                while (!readLine().isEmpty()) {
                    // Trailers say nothing to us.
                }
            }
            return left > 0;
        }
    }
}
