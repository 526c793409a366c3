package jdocker.runtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jdocker.kernel.Kernel;

/** Launches real shims and listens to them, as the daemon would. */
final class ShimHarness implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(20);

    final Kernel kernel = Kernel.load();
    final ShimImage image = ShimImage.load(kernel, Path.of(System.getProperty("jdocker.shim")));
    final InitLauncher launcher = new InitLauncher(kernel, image);
    final ExitWatcher watcher = new ExitWatcher(kernel, Clock.systemUTC());
    final Path directory;

    ShimHarness(Path directory) {
        this.directory = directory;
    }

    /** Everything a process said until it ended. */
    record Transcript(Map<Integer, String> output, Optional<ProcessExit> exit) {
        String stdout() {
            return output.getOrDefault(ShimProtocol.STDOUT, "");
        }

        String stderr() {
            return output.getOrDefault(ShimProtocol.STDERR, "");
        }

        int code() {
            return exit.orElseThrow().code();
        }
    }

    Session launch(HostPlan plan) {
        return new Session(launcher.launch("test", plan.encode(), directory));
    }

    Transcript run(HostPlan plan) {
        try (Session session = launch(plan)) {
            return session.transcript();
        }
    }

    /** A connection to a running shim, this daemon's first or a later one. */
    final class Session implements AutoCloseable {
        final Launched process;
        final ShimConnection connection;
        final CompletableFuture<ProcessExit> exit;

        Session(Launched process) {
            this.process = process;
            this.connection = new ShimConnection(kernel, process.control());
            this.exit = watcher.watch(process);
        }

        Session send(int type, byte... payload) {
            connection.send(type, payload);
            return this;
        }

        Session type(String text) {
            return send(ShimProtocol.STDIN, text.getBytes(StandardCharsets.UTF_8));
        }

        void awaitOutput() {
            ShimMessage message;
            do {
                message = connection.receive(LIMIT).orElseThrow();
            } while (!(message instanceof ShimMessage.Output));
        }

        /** Reads to the end and waits until the shim has gone. */
        Transcript transcript() {
            Map<Integer, ByteArrayOutputStream> output = new TreeMap<>();
            Optional<ProcessExit> told = Optional.empty();
            for (var message = connection.receive(LIMIT); message.isPresent(); message = connection.receive(LIMIT)) {
                switch (message.get()) {
                    case ShimMessage.Output(int stream, byte[] bytes) ->
                        output.computeIfAbsent(stream, _ -> new ByteArrayOutputStream())
                                .writeBytes(bytes);
                    case ShimMessage.Exited(ProcessExit how) -> told = Optional.of(how);
                    case ShimMessage.Started _, ShimMessage.Failed _, ShimMessage.Credit _ -> {}
                }
            }
            noted();
            Map<Integer, String> texts = new TreeMap<>();
            output.forEach((stream, bytes) -> texts.put(stream, bytes.toString(StandardCharsets.UTF_8)));
            return new Transcript(texts, told);
        }

        /** What the watcher read from the exit file. */
        ProcessExit noted() {
            try {
                return exit.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new AssertionError("the shim did not end", e);
            }
        }

        @Override
        public void close() {
            process.control().close();
            try {
                Files.deleteIfExists(directory.resolve("attach.sock"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A line of {@code /proc/PID/status}, without its name. */
    static String status(long pid, String key) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** The texts of a log's records. */
    static String logged(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        var json = new ObjectMapper();
        for (String line : Files.readAllLines(file)) {
            text.append(json.readTree(line).get("log").asText());
        }
        return text.toString();
    }

    static byte[] size(int rows, int columns) {
        return new byte[] {(byte) rows, (byte) (rows >> 8), (byte) columns, (byte) (columns >> 8)};
    }

    static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    @Override
    public void close() {
        watcher.close();
        launcher.close();
        image.close();
    }
}
