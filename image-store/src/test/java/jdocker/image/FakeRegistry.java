package jdocker.image;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import jdocker.oci.Digest;

/** A registry on loopback that misbehaves as told; one request to a connection. */
final class FakeRegistry implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    final Map<String, Document> manifests = new ConcurrentHashMap<>();
    final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
    final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Rule> rules = new ArrayDeque<>();

    record Document(byte[] bytes, String type, Map<String, String> headers) {}

    record Request(String method, String path, Map<String, String> headers, InputStream body) {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }
    }

    /** Answers instead of the registry; what it does to the connection is its own. */
    interface Fault {
        void answer(Request request, Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    private static final class Rule {
        private final Predicate<Request> where;
        private final Fault fault;
        private int left;

        Rule(Predicate<Request> where, int left, Fault fault) {
            this.where = where;
            this.left = left;
            this.fault = fault;
        }
    }

    FakeRegistry() throws IOException {
        Thread.ofVirtual().start(this::serve);
    }

    String host() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    int port() {
        return server.getLocalPort();
    }

    /** The next so many requests whose line holds the text are answered by the fault. */
    void fail(String method, String path, int times, Fault fault) {
        synchronized (rules) {
            rules.add(new Rule(r -> r.method.equals(method) && r.path.contains(path), times, fault));
        }
    }

    Digest blob(byte[] content) {
        Digest digest = Digest.of(content);
        blobs.put(digest.toString(), content);
        return digest;
    }

    Digest manifest(String tag, String json, String type) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        var document = new Document(bytes, type, Map.of());
        manifests.put(tag, document);
        manifests.put(Digest.of(bytes).toString(), document);
        return Digest.of(bytes);
    }

    List<Request> requests(String method, String path) {
        synchronized (requests) {
            return requests.stream()
                    .filter(r -> r.method.equals(method) && r.path.contains(path))
                    .toList();
        }
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            in.mark(1);
            if (in.read() < 'A') {
                return; // somebody who tries TLS
            }
            in.reset();
            String line = line(in);
            String[] words = line.split(" ");
            var headers = new TreeMap<String, String>();
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                int colon = header.indexOf(':');
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
            var request = new Request(words[0], words[1], headers, in);
            requests.add(request);
            OutputStream out = socket.getOutputStream();
            Optional<Fault> fault = fault(request);
            if (fault.isPresent()) {
                fault.get().answer(request, socket, out);
            } else {
                route(request, in, out);
            }
            out.flush();
        } catch (IOException | InterruptedException _) {
            // the client has gone, or the test is over
        }
    }

    private Optional<Fault> fault(Request request) {
        synchronized (rules) {
            for (Rule rule : rules) {
                if (rule.left > 0 && rule.where.test(request)) {
                    rule.left--;
                    return Optional.of(rule.fault);
                }
            }
            return Optional.empty();
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
            if (line.length() > 8192) {
                return "";
            }
        }
        return line.toString();
    }

    private void route(Request request, InputStream in, OutputStream out) throws IOException {
        String path = request.path;
        String last = path.substring(path.lastIndexOf('/') + 1);
        if (path.equals("/v2/")) {
            reply(out, 200, Map.of(), "{}".getBytes(StandardCharsets.UTF_8));
        } else if (path.contains("/manifests/") && !request.method.equals("PUT")) {
            Document document = manifests.get(last);
            if (document == null) {
                reply(out, 404, Map.of(), error("MANIFEST_UNKNOWN", "manifest unknown"));
                return;
            }
            var headers = new TreeMap<>(document.headers);
            headers.put("Content-Type", document.type);
            headers.putIfAbsent(
                    "Docker-Content-Digest", Digest.of(document.bytes).toString());
            reply(out, 200, headers, request.method.equals("HEAD") ? new byte[0] : document.bytes);
        } else if (path.contains("/blobs/uploads/")) {
            upload(request, in, out);
        } else if (path.contains("/blobs/")) {
            blob(request, last, out);
        } else {
            reply(out, 404, Map.of(), new byte[0]);
        }
    }

    private void blob(Request request, String digest, OutputStream out) throws IOException {
        byte[] content = blobs.get(digest);
        if (content == null) {
            reply(out, 404, Map.of(), error("BLOB_UNKNOWN", "blob unknown to registry"));
        } else if (request.method.equals("HEAD")) {
            head(out, 200, Map.of("Content-Length", String.valueOf(content.length)));
        } else if (request.header("Range").isPresent()) {
            int from = Integer.parseInt(request.header("Range").get().replaceAll("[^0-9]", ""));
            reply(
                    out,
                    206,
                    Map.of("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length),
                    Arrays.copyOfRange(content, from, content.length));
        } else {
            reply(out, 200, Map.of(), content);
        }
    }

    private void upload(Request request, InputStream in, OutputStream out) throws IOException {
        String id = request.path.replaceFirst(".*/uploads/", "").replaceFirst("\\?.*", "");
        switch (request.method) {
            case "POST" -> {
                if (request.path.contains("mount=")) {
                    String digest = request.path
                            .replaceFirst(".*mount=", "")
                            .replaceFirst("&.*", "")
                            .replace("%3A", ":");
                    if (blobs.containsKey(digest)) {
                        reply(out, 201, Map.of("Location", "/v2/x/blobs/" + digest), new byte[0]);
                        return;
                    }
                }
                String name = "u" + uploads.size();
                uploads.put(name, new ByteArrayOutputStream());
                reply(out, 202, Map.of("Location", "/v2/x/blobs/uploads/" + name), new byte[0]);
            }
            case "PATCH" -> {
                int length = Integer.parseInt(request.header("Content-Length").orElse("0"));
                uploads.get(id).writeBytes(in.readNBytes(length));
                reply(out, 202, Map.of("Location", "/v2/x/blobs/uploads/" + id + "?state=1"), new byte[0]);
            }
            case "GET" ->
                reply(
                        out,
                        204,
                        Map.of("Range", "0-" + Math.max(0, uploads.get(id).size() - 1)),
                        new byte[0]);
            default -> {
                byte[] content = uploads.get(id).toByteArray();
                String digest = request.path.replaceFirst(".*digest=", "").replace("%3A", ":");
                boolean good = Digest.of(content).toString().equals(digest);
                if (good) {
                    blobs.put(digest, content);
                }
                reply(out, good ? 201 : 400, Map.of(), good ? new byte[0] : error("DIGEST_INVALID", "no"));
            }
        }
    }

    static byte[] error(String code, String message) {
        return ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    static void reply(OutputStream out, int status, Map<String, String> headers, byte[] body) throws IOException {
        var all = new TreeMap<>(headers);
        if (status != 204) {
            all.putIfAbsent("Content-Length", String.valueOf(body.length));
        }
        head(out, status, all);
        out.write(body);
        out.flush();
    }

    static void head(OutputStream out, int status, Map<String, String> headers) throws IOException {
        var head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\nConnection: close\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Promises everything and sends the beginning alone. */
    Fault cutAfter(int bytes) {
        return (request, _, out) -> {
            byte[] content = blobs.get(request.path.substring(request.path.lastIndexOf('/') + 1));
            int from = Integer.parseInt(request.header("Range").orElse("0").replaceAll("[^0-9]", ""));
            head(
                    out,
                    from == 0 ? 200 : 206,
                    Map.of(
                            "Content-Length",
                            String.valueOf(content.length - from),
                            "Content-Range",
                            "bytes " + from + "-" + (content.length - 1) + "/" + content.length));
            out.write(content, from, Math.min(bytes, content.length - from));
        };
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
