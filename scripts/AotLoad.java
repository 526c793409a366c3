import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The daemon's training: {@code java AotLoad.java SOCKET ROOTFS.tar ROUNDS}. Lives of containers from a file system with
 * a {@code /sleep}, so that the cache knows what is hot on the way of a start, an exec and an end. It prints what went
 * wrong and goes on: the cache is then only less good.
 */
class AotLoad {
    private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final Pattern CHUNKED = Pattern.compile("(?i)\r\ntransfer-encoding: *chunked");

    private final Path socket;
    private SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(1 << 16).flip();

    AotLoad(Path socket) throws IOException {
        this.socket = socket;
        connect();
    }

    public static void main(String[] args) throws IOException {
        var load = new AotLoad(Path.of(args[0]));
        load.call("POST", "/images/create?fromSrc=-&repo=training", "application/x-tar", Files.readAllBytes(Path.of(args[1])));
        int rounds = Integer.parseInt(args[2]);
        for (int i = 0; i < rounds; i++) {
            load.life(i);
        }
    }

    private void life(int round) throws IOException {
        get("/_ping");
        get("/version");
        get("/info");
        get("/images/json");
        String limits = round % 2 == 0 ? "" : ",\"Memory\":67108864,\"NanoCpus\":500000000,\"PidsLimit\":100";
        String container = id(post(
                "/containers/create?name=training-" + round,
                "{\"Image\":\"training\",\"Cmd\":[\"/sleep\",\"600\"],\"Tty\":" + (round % 4 == 3)
                        + ",\"HostConfig\":{\"NetworkMode\":\"none\"" + limits + "}}"));
        if (container.isEmpty()) {
            return;
        }
        post("/containers/" + container + "/start", "");
        get("/containers/json");
        get("/containers/" + container + "/json");
        String exec = id(post(
                "/containers/" + container + "/exec",
                "{\"Cmd\":[\"/sleep\",\"0\"],\"AttachStdout\":true,\"AttachStderr\":true}"));
        hijack("/exec/" + exec + "/start", "{\"Detach\":false,\"Tty\":false}");
        get("/exec/" + exec + "/json");
        get("/containers/" + container + "/logs?stdout=1&stderr=1&tail=10");
        post("/containers/" + container + "/stop?t=0", "");
        call("DELETE", "/containers/" + container, "", new byte[0]);
    }

    private static String id(String answer) {
        Matcher m = ID.matcher(answer);
        return m.find() ? m.group(1) : "";
    }

    private String get(String path) throws IOException {
        return call("GET", path, "", new byte[0]);
    }

    private String post(String path, String json) throws IOException {
        return call("POST", path, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private void connect() throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        in.clear().flip();
    }

    private void hijack(String path, String json) throws IOException {
        send("POST", path, "application/json", json.getBytes(StandardCharsets.UTF_8));
        while (fill()) {
            in.clear().flip();
        }
        channel.close();
        connect();
    }

    private String call(String method, String path, String type, byte[] body) throws IOException {
        send(method, path, type, body);
        String head = head();
        String text = new String(body(head), StandardCharsets.UTF_8);
        if (head.charAt(9) >= '4') {
            System.err.println(method + " " + path + ": " + head.lines().findFirst().orElse("") + " " + text.strip());
        }
        return text;
    }

    private void send(String method, String path, String type, byte[] body) throws IOException {
        String head = method + " /v1.43" + path + " HTTP/1.1\r\nHost: training\r\nContent-Length: " + body.length
                + (type.isEmpty() ? "" : "\r\nContent-Type: " + type) + "\r\n\r\n";
        for (byte[] part : new byte[][] {head.getBytes(StandardCharsets.UTF_8), body}) {
            ByteBuffer out = ByteBuffer.wrap(part);
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }
    }

    private String head() throws IOException {
        var head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            head.append((char) one());
        }
        return head.toString();
    }

    private byte[] body(String head) throws IOException {
        var body = new ByteArrayOutputStream();
        Matcher length = LENGTH.matcher(head);
        if (CHUNKED.matcher(head).find()) {
            for (int size = chunk(); size > 0; size = chunk()) {
                take(size, body);
                take(2, new ByteArrayOutputStream());
            }
            take(2, new ByteArrayOutputStream());
        } else if (length.find()) {
            take(Integer.parseInt(length.group(1)), body);
        }
        return body.toByteArray();
    }

    private int chunk() throws IOException {
        var line = new StringBuilder();
        for (int b = one(); b != '\n'; b = one()) {
            line.append((char) b);
        }
        return Integer.parseInt(line.toString().strip(), 16);
    }

    private void take(int size, ByteArrayOutputStream into) throws IOException {
        for (int i = 0; i < size; i++) {
            into.write(one());
        }
    }

    private int one() throws IOException {
        if (!in.hasRemaining() && !fill()) {
            throw new IOException("the daemon hung up");
        }
        return in.get();
    }

    private boolean fill() throws IOException {
        in.clear();
        int n = channel.read(in);
        in.flip();
        return n > 0;
    }
}
