package jdocker.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One invocation of the command line under a test's control, and what came of it. */
final class Run {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>(Map.of("HOME", "/nonexistent"));
    private InputStream in = InputStream.nullInputStream();
    private Terminal terminal = new Terminal.None();
    private Signals signals = new Signals.None();
    private Path directory = Path.of("/srv");

    record Result(int code, String out, String err) {}

    static Run of(String... arguments) {
        Run run = new Run();
        run.arguments.addAll(List.of(arguments));
        return run;
    }

    static Run against(FakeDaemon daemon, String... arguments) {
        return of(arguments).environment("DOCKER_HOST", daemon.address());
    }

    Run environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Run in(String text) {
        in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Run in(InputStream stream) {
        in = stream;
        return this;
    }

    Run on(Terminal given) {
        terminal = given;
        return this;
    }

    Run hearing(Signals given) {
        signals = given;
        return this;
    }

    Run from(Path given) {
        directory = given;
        return this;
    }

    Invocation invocation(ByteArrayOutputStream out, ByteArrayOutputStream err) {
        return new Invocation(
                arguments,
                directory,
                environment,
                in,
                out,
                err,
                terminal,
                signals,
                Clock.fixed(NOW, ZoneOffset.UTC),
                new ClientVersion("1.2.3", "abc", "25", "linux/amd64"));
    }

    Result result() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Cli.run(invocation(out, err));
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
