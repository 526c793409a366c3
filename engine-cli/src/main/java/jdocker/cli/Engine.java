package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The daemon's API. Calls may overlap from several threads; each then has a connection of its own. */
final class Engine implements AutoCloseable {
    /** The newest version this client speaks. */
    static final String NEWEST = "1.51";

    private static final byte[] NOTHING = {};

    private final DaemonAddress address;
    private final Map<String, String> headers;
    private @Nullable String version;
    private @Nullable HttpConnection idle;

    /**
     * @param version the API version to speak, or null to ask the daemon
     * @param headers sent with every request
     */
    Engine(DaemonAddress address, @Nullable String version, Map<String, String> headers) {
        this.address = address;
        this.version = version;
        this.headers = headers;
    }

    DaemonAddress address() {
        return address;
    }

    /** The version spoken, after asking the daemon for its own where that is still open. */
    synchronized String version() {
        if (version == null) {
            version = negotiate();
        }
        return version;
    }

    byte[] get(String path, Query query) {
        try (Answer answer = open("GET", path, query, Map.of(), null)) {
            return answer.all();
        }
    }

    byte[] post(String path, Query query, @Nullable JsonObject body) {
        byte[] json = body == null ? NOTHING : (Json.write(body) + "\n").getBytes(StandardCharsets.UTF_8);
        try (Answer answer = open("POST", path, query, Map.of(), json)) {
            return answer.all();
        }
    }

    byte[] delete(String path, Query query) {
        try (Answer answer = open("DELETE", path, query, Map.of(), null)) {
            return answer.all();
        }
    }

    /** Sends a request and hands out its answer as soon as the daemon's headers are here. */
    Answer open(String method, String path, Query query, Map<String, String> more, byte @Nullable [] json) {
        String versioned = "/v" + version() + path + query.text();
        return checked(exchange(method, versioned, more, json));
    }

    /** Sends a body of unknown length while it is read. */
    Answer upload(String path, Query query, String contentType, InputStream body) {
        return upload("POST", path, query, contentType, body);
    }

    Answer upload(String method, String path, Query query, String contentType, InputStream body) {
        String versioned = "/v" + version() + path + query.text();
        HttpConnection connection = new HttpConnection(address.connect());
        String head =
                head(method, versioned, Map.of("Content-Type", contentType)) + "Transfer-Encoding: chunked\r\n\r\n";
        try {
            connection.send(head.getBytes(StandardCharsets.UTF_8));
            sendAll(connection, body);
            return checked(new Answer(connection, connection.readHead(), false));
        } catch (IOException e) {
            connection.close();
            throw broken(e);
        }
    }

    // A daemon that refuses the body has answered; its words say more than our broken pipe.
    private static void sendAll(HttpConnection connection, InputStream body) throws IOException {
        try {
            connection.sendChunked(body);
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.contains("Broken pipe") && !reason.contains("Connection reset")) {
                throw e;
            }
        }
    }

    /** Takes a connection over for raw bytes both ways. The caller closes it. */
    HttpConnection hijack(String path, Query query, @Nullable JsonObject body) {
        String versioned = "/v" + version() + path + query.text();
        HttpConnection connection = new HttpConnection(address.connect());
        byte[] json = body == null ? NOTHING : (Json.write(body) + "\n").getBytes(StandardCharsets.UTF_8);
        String head = head("POST", versioned, Map.of("Connection", "Upgrade", "Upgrade", "tcp"))
                + (json.length > 0 ? "Content-Type: application/json\r\n" : "Content-Type: text/plain\r\n")
                + "Content-Length: " + json.length + "\r\n\r\n";
        try {
            send(connection, head, json);
            HttpConnection.Head answer = connection.readHead();
            if (answer.status() != 101 && answer.status() != 200) {
                checked(new Answer(connection, answer, false));
            }
            return connection;
        } catch (IOException e) {
            connection.close();
            throw broken(e);
        }
    }

    @Override
    public synchronized void close() {
        if (idle != null) {
            idle.close();
            idle = null;
        }
    }

    private String negotiate() {
        try (Answer answer = exchange("HEAD", "/_ping", Map.of(), null)) {
            String theirs = answer.head.header("api-version");
            // A daemon of before negotiation speaks 1.24.
            return theirs.isEmpty() ? "1.24" : older(theirs, NEWEST);
        }
    }

    static String older(String a, String b) {
        return atLeast(a, b) ? b : a;
    }

    static boolean atLeast(String version, String wanted) {
        int[] a = parts(version);
        int[] b = parts(wanted);
        return a[0] != b[0] ? a[0] > b[0] : a[1] >= b[1];
    }

    private static int[] parts(String version) {
        int dot = version.indexOf('.');
        try {
            return new int[] {
                Integer.parseInt(dot < 0 ? version : version.substring(0, dot)),
                dot < 0 ? 0 : Integer.parseInt(version.substring(dot + 1))
            };
        } catch (NumberFormatException _) {
            throw new CliError("'" + version + "' is no API version; it looks like 1.51");
        }
    }

    private Answer exchange(String method, String path, Map<String, String> more, byte @Nullable [] json) {
        HttpConnection reused = takeIdle();
        if (reused != null) {
            try {
                return exchangeOn(reused, method, path, more, json);
            } catch (IOException e) {
                reused.close();
                // The daemon may close an idle connection at any time; only what changes nothing may be asked twice.
                if (!method.equals("GET")) {
                    throw broken(e);
                }
            }
        }
        HttpConnection connection = new HttpConnection(address.connect());
        try {
            return exchangeOn(connection, method, path, more, json);
        } catch (IOException e) {
            connection.close();
            throw broken(e);
        }
    }

    private Answer exchangeOn(
            HttpConnection connection, String method, String path, Map<String, String> more, byte @Nullable [] json)
            throws IOException {
        String head = head(method, path, more);
        if (json == null) {
            send(connection, head + "\r\n", NOTHING);
        } else {
            String type = json.length > 0 ? "Content-Type: application/json\r\n" : "";
            send(connection, head + type + "Content-Length: " + json.length + "\r\n\r\n", json);
        }
        return new Answer(connection, connection.readHead(), method.equals("HEAD"));
    }

    private static void send(HttpConnection connection, String head, byte[] body) throws IOException {
        byte[] start = head.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[start.length + body.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        connection.send(all);
    }

    private String head(String method, String path, Map<String, String> more) {
        StringBuilder out = new StringBuilder(256);
        out.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
        String host = address.scheme() == DaemonAddress.Scheme.UNIX ? "api.moby.localhost" : address.target();
        out.append("Host: ").append(host).append("\r\n");
        headers.forEach(
                (name, value) -> out.append(name).append(": ").append(value).append("\r\n"));
        more.forEach(
                (name, value) -> out.append(name).append(": ").append(value).append("\r\n"));
        return out.toString();
    }

    private static Answer checked(Answer answer) {
        int status = answer.head.status();
        if (status < 400) {
            return answer;
        }
        try (answer) {
            String text = new String(answer.all(), StandardCharsets.UTF_8).strip();
            String message = text;
            if (text.startsWith("{")) {
                message = Json.object(text.getBytes(StandardCharsets.UTF_8)).text("message");
            }
            throw new EngineError(status, message.isEmpty() ? "HTTP status " + status : message);
        }
    }

    private CliError broken(IOException e) {
        return new CliError("error during connect: " + address.text() + ": " + e.getMessage());
    }

    private synchronized @Nullable HttpConnection takeIdle() {
        HttpConnection taken = idle;
        idle = null;
        return taken;
    }

    private synchronized void giveBack(HttpConnection connection) {
        if (idle == null) {
            idle = connection;
        } else {
            connection.close();
        }
    }

    /** An answer whose headers have arrived. */
    final class Answer implements AutoCloseable {
        private final HttpConnection connection;
        private final HttpConnection.Head head;
        private final InputStream body;

        Answer(HttpConnection connection, HttpConnection.Head head, boolean afterHeadRequest) {
            this.connection = connection;
            this.head = head;
            this.body = connection.body(head, afterHeadRequest);
        }

        int status() {
            return head.status();
        }

        String header(String name) {
            return head.header(name);
        }

        InputStream body() {
            return body;
        }

        byte[] all() {
            try {
                return body.readAllBytes();
            } catch (IOException e) {
                throw broken(e);
            }
        }

        /** Keeps the connection for the next call when this answer has been read to its end. */
        @Override
        public void close() {
            if (head.status() < 400 && head.keepsAlive() && HttpConnection.isComplete(body)) {
                giveBack(connection);
            } else {
                connection.close();
            }
        }
    }
}
