package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Turns who writes into what a request reads. */
final class Piped {
    private static final int PIPE = 256 * 1024;

    private Piped() {}

    /** Writes. */
    interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Reads. */
    interface Reader {
        void read(InputStream in) throws IOException;
    }

    /**
     * Writes on a thread of its own; what goes wrong there comes out here. The reader then never sees an end: half of what was
     * to be written must not pass for the whole.
     */
    static void run(Writer writer, Reader reader) throws IOException {
        var failure = new AtomicReference<@Nullable Exception>();
        try (var in = new PipedInputStream(PIPE)) {
            var out = new PipedOutputStream(in);
            Thread thread = Thread.ofPlatform().daemon().start(() -> {
                try {
                    writer.writeTo(out);
                    out.close();
                } catch (IOException | RuntimeException e) {
                    failure.set(e);
                }
            });
            try {
                reader.read(in);
                thread.join();
            } catch (IOException | RuntimeException e) {
                rethrow(failure.get()); // the first to fail has the reason
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliError("interrupted");
        }
        rethrow(failure.get());
    }

    private static void rethrow(@Nullable Exception failure) throws IOException {
        switch (failure) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case null, default -> {}
        }
    }
}
