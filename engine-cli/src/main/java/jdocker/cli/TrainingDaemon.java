package jdocker.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Answers as a daemon would, always the same, so that every class of a common command is loaded once. */
final class TrainingDaemon {
    private static final String ID = "4a1f0b1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccdd0";
    private static final String CONTAINERS = """
            [{"Id":"%s","Names":["/web"],"Image":"busybox","ImageID":"sha256:%s","Command":"sh","Created":1700000000,\
            "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}],"Labels":{"a":"b"},\
            "State":"running","Status":"Up 2 hours","SizeRw":1,"HostConfig":{"NetworkMode":"none"},\
            "NetworkSettings":{"Networks":{"none":{}}},"Mounts":[]}]
            """.formatted(ID, ID);
    private static final String IMAGES = """
            [{"Id":"sha256:%s","RepoTags":["busybox:latest"],"RepoDigests":[],"Created":1700000000,"Size":4260000,\
            "SharedSize":-1,"Containers":-1}]
            """.formatted(ID);
    private static final String INSPECT = """
            {"Id":"%s","State":{"Running":true,"ExitCode":0},"Config":{"Tty":false,"OpenStdin":false,"Env":["A=b"]},\
            "HostConfig":{},"Name":"/web"}
            """.formatted(ID);
    private static final String FRAME = "\u0001\0\0\0\0\0\0\u0003hi\n";

    private static final List<List<String>> COMMANDS = List.of(
            List.of("ps"),
            List.of("ps", "-a", "-f", "status=running", "--format", "table {{.ID}}\\t{{.Names}}\\t{{json .Ports}}"),
            List.of("ps", "-aq"),
            List.of(
                    "run",
                    "--rm",
                    "-i",
                    "-e",
                    "A=b",
                    "-v",
                    "/a:/b",
                    "-m",
                    "64m",
                    "--network",
                    "none",
                    "busybox",
                    "true"),
            List.of("run", "-d", "--name", "x", "busybox", "sleep", "1"),
            List.of("create", "busybox"),
            List.of("exec", "web", "true"),
            List.of("images"),
            List.of("inspect", "web"),
            List.of("inspect", "-f", "{{.State.Running}} {{range .Config.Env}}{{.}}{{end}}", "web"),
            List.of("logs", "web"),
            List.of("stop", "-t", "1", "web"),
            List.of("rm", "-f", "web"),
            List.of("start", "web"),
            List.of("version"),
            List.of("info"),
            List.of("run", "--help"),
            List.of("wait", "web"),
            List.of("kill", "web"),
            List.of("rm", "web", "db"));

    private TrainingDaemon() {}

    static int serve(Invocation invocation) {
        try {
            Path directory = Files.createTempDirectory("jdocker-train");
            Path socket = directory.resolve("s");
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(socket));
                Thread acceptor = new Thread(() -> accept(server));
                acceptor.setDaemon(true);
                acceptor.start();
                for (List<String> command : COMMANDS) {
                    Cli.run(asking(invocation, socket, command));
                }
            } finally {
                Files.deleteIfExists(socket);
                Files.deleteIfExists(directory);
            }
            return 0;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Invocation asking(Invocation invocation, Path socket, List<String> command) {
        List<String> arguments = new ArrayList<>(List.of("-H", "unix://" + socket));
        arguments.addAll(command);
        return new Invocation(
                arguments,
                invocation.directory(),
                invocation.environment(),
                invocation.in(),
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream(),
                invocation.terminal(),
                invocation.signals(),
                invocation.clock(),
                invocation.client());
    }

    private static void accept(ServerSocketChannel server) {
        try {
            while (true) {
                SocketChannel client = server.accept();
                Thread.ofPlatform().daemon().start(() -> answer(client));
            }
        } catch (IOException _) {
            // Closed: the training is over.
        }
    }

    private static void answer(SocketChannel client) {
        try (client) {
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (client.read(buffer) > 0) {
                String request = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
                int end = request.indexOf("\r\n\r\n");
                if (end < 0 || request.length() - end - 4 < length(request)) {
                    continue;
                }
                buffer.clear();
                String path = request.substring(request.indexOf(' ') + 1, request.indexOf(" HTTP/"));
                if (request.contains("Upgrade: tcp")) {
                    write(client, "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n" + FRAME);
                    return;
                }
                String body = path.endsWith("/_ping") ? "" : body(path.replaceFirst("\\?.*", ""));
                write(
                        client,
                        "HTTP/1.1 200 OK\r\nApi-Version: " + Engine.NEWEST
                                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                + body);
            }
        } catch (IOException _) {
            // The command has gone.
        }
    }

    private static int length(String request) {
        int at = request.indexOf("Content-Length: ");
        return at < 0 ? 0 : Integer.parseInt(request.substring(at + 16, request.indexOf('\r', at)));
    }

    private static void write(SocketChannel client, String text) throws IOException {
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String body(String path) {
        if (path.endsWith("/containers/json")) {
            return CONTAINERS;
        }
        if (path.endsWith("/images/json")) {
            return IMAGES;
        }
        if (path.endsWith("/wait")) {
            return "{\"StatusCode\":0}\n";
        }
        if (path.endsWith("/logs")) {
            return FRAME;
        }
        if (path.endsWith("/create") || path.endsWith("/exec")) {
            return "{\"Id\":\"" + ID + "\",\"Warnings\":[]}\n";
        }
        return path.endsWith("/json") || path.endsWith("/version") || path.endsWith("/info") ? INSPECT : "";
    }
}
