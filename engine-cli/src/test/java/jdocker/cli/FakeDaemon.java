package jdocker.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A daemon on a unix socket that answers what a test tells it to and keeps what it was asked. */
final class FakeDaemon implements AutoCloseable {
    record Request(String method, String path, Map<String, String> headers, String body) {}

    /** Has the connection for itself after the request's head and body. */
    interface Script {
        void answer(SocketChannel client, Request request) throws IOException;
    }

    private final Path directory;
    private final Path socket;
    private final ServerSocketChannel server;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    FakeDaemon() throws IOException {
        directory = Files.createTempDirectory("jdocker-cli");
        socket = directory.resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        on("HEAD", "/_ping", 200, "");
        Thread.ofPlatform().daemon().start(this::accept);
    }

    String address() {
        return "unix://" + socket;
    }

    FakeDaemon on(String method, String path, int status, String body) {
        return on(
                method,
                path,
                (client, _) -> write(client, head(status, body.getBytes(StandardCharsets.UTF_8).length) + body));
    }

    FakeDaemon on(String method, String path, Script script) {
        scripts.put(method + " " + path, script);
        return this;
    }

    /** Every request but the version's negotiation, as {@code METHOD path?query}. */
    List<String> asked() {
        List<String> lines = new ArrayList<>();
        for (Request request : requests) {
            if (!request.path().equals("/_ping")) {
                lines.add(request.method() + " " + request.path());
            }
        }
        return lines;
    }

    Request last(String pathPart) {
        return requests.reversed().stream()
                .filter(request -> request.path().contains(pathPart))
                .findFirst()
                .orElseThrow();
    }

    static String head(int status, int length) {
        return "HTTP/1.1 " + status + " X\r\nApi-Version: 1.51\r\nContent-Type: application/json\r\nContent-Length: "
                + length + "\r\n\r\n";
    }

    static void write(SocketChannel client, String text) throws IOException {
        write(client, text.getBytes(StandardCharsets.UTF_8));
    }

    static void write(SocketChannel client, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            client.write(buffer);
        }
    }

    static void upgrade(SocketChannel client) throws IOException {
        write(client, "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    }

    static byte[] frame(int stream, String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(8 + data.length);
        return frame.put((byte) stream)
                .put(new byte[3])
                .putInt(data.length)
                .put(data)
                .array();
    }

    /** Everything up to the client's half close. */
    static String readToEnd(SocketChannel client) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (client.read(buffer) >= 0) {
            out.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            Request request;
            while ((request = read(client)) != null) {
                requests.add(request);
                String path = request.path().replaceFirst("\\?.*", "").replaceFirst("^/v[0-9.]+/", "/");
                Script script = scripts.get(request.method() + " " + path);
                if (script == null) {
                    String body = "{\"message\":\"page not found\"}";
                    write(client, head(404, body.length()) + body);
                } else {
                    script.answer(client, request);
                }
                if (request.headers().containsKey("upgrade")) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static Request read(SocketChannel client) throws IOException {
        String start = line(client);
        if (start.isEmpty()) {
            return null;
        }
        Map<String, String> headers = new HashMap<>();
        String line;
        while (!(line = line(client)).isEmpty()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        StringBuilder body = new StringBuilder();
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            int length;
            while ((length = Integer.parseInt(line(client), 16)) > 0) {
                body.append(exactly(client, length));
                line(client);
            }
            line(client);
        } else {
            body.append(exactly(client, Integer.parseInt(headers.getOrDefault("content-length", "0"))));
        }
        String[] words = start.split(" ");
        return new Request(words[0], words[1], headers, body.toString());
    }

    private static String line(SocketChannel client) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (client.read(one) > 0) {
            char c = (char) one.get(0);
            one.clear();
            if (c == '\n') {
                break;
            }
            if (c != '\r') {
                line.append(c);
            }
        }
        return line.toString();
    }

    private static String exactly(SocketChannel client, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && client.read(buffer) >= 0) {
            // More to come.
        }
        return new String(buffer.array(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
        Files.deleteIfExists(directory);
    }
}
