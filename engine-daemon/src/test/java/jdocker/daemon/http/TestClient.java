package jdocker.daemon.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends whatever bytes a test wants to. */
public final class TestClient implements AutoCloseable {
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(64 * 1024).flip();

    /** A response; header names are in lower case. */
    public record Reply(int status, Map<String, String> headers, byte[] bytes) {
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    public TestClient(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    public TestClient write(String text) throws IOException {
        return write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public TestClient write(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        return this;
    }

    public Reply send(String method, String path) throws IOException {
        write(method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        return reply(!method.equals("HEAD"));
    }

    public Reply sendJson(String method, String path, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        write(method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + bytes.length + "\r\n\r\n");
        write(bytes);
        return reply(true);
    }

    public Reply reply() throws IOException {
        return reply(true);
    }

    Reply reply(boolean withBody) throws IOException {
        Reply head = head();
        if (!withBody || head.status == 204 || head.status == 304 || head.status < 200) {
            return head;
        }
        String length = head.headers.get("content-length");
        byte[] body;
        if (length != null) {
            body = exactly(Integer.parseInt(length));
        } else if ("chunked".equals(head.headers.get("transfer-encoding"))) {
            body = chunks();
        } else {
            body = rest();
        }
        return new Reply(head.status, head.headers, body);
    }

    /** Status and headers; the body stays unread. */
    public Reply head() throws IOException {
        String status = line();
        var headers = new TreeMap<String, String>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(": ");
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
        }
        return new Reply(Integer.parseInt(status.split(" ")[1]), headers, new byte[0]);
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
            body.writeBytes(chunk);
        }
        return body.toByteArray();
    }

    /** One chunk; empty for the last. */
    public byte[] chunk() throws IOException {
        byte[] chunk = exactly(Integer.parseInt(line(), 16));
        line();
        return chunk;
    }

    public byte[] exactly(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) next();
        }
        return bytes;
    }

    /** All bytes up to the server's end. */
    public byte[] rest() throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (fill()) {
            bytes.write(in.get());
        }
        return bytes.toByteArray();
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = next(); c != '\n'; c = next()) {
            line.append((char) c);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    private int next() throws IOException {
        if (!fill()) {
            throw new EOFException("the server closed the connection");
        }
        return in.get() & 0xff;
    }

    private boolean fill() throws IOException {
        if (!in.hasRemaining()) {
            in.clear();
            int count = channel.read(in);
            in.flip();
            return count > 0;
        }
        return true;
    }

    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
