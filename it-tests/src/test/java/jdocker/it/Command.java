package jdocker.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A client program run to its end, with a deadline, its input given and its output kept. */
final class Command {

    private static final Duration DEADLINE = Duration.ofMinutes(2);

    // A thread for each stream: one that waited for another's end could deadlock with a program that fills both.
    private static final ExecutorService READERS =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

    private final List<String> words;
    private final Map<String, String> environment;

    private Command(List<String> words, Map<String, String> environment) {
        this.words = List.copyOf(words);
        this.environment = Map.copyOf(environment);
    }

    static Command of(List<String> words, Map<String, String> environment) {
        return new Command(words, environment);
    }

    static CommandResult run(String... words) {
        return of(List.of(words), Map.of()).run("");
    }

    /** Starts the program and leaves it running; the caller ends it. */
    Process start() {
        var builder = new ProcessBuilder(new ArrayList<>(words));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + words, e);
        }
    }

    CommandResult run(String input) {
        return run(input.getBytes(StandardCharsets.UTF_8));
    }

    CommandResult run(byte[] input) {
        Process process = start();
        var out = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()), READERS);
        var err = CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()), READERS);
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException e) {
            // The program ended without reading its input; its exit code tells the rest.
        }
        try {
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(words + " did not end within " + DEADLINE + "\nstdout: " + out.join()
                        + "\nstderr: " + err.join());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new CommandResult(process.exitValue(), out.join(), err.join());
    }

    private static String readAll(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(" + e.getMessage() + ")";
        }
    }
}
