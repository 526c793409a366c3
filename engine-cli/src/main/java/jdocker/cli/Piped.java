package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;

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

    /** Writes on a thread of its own; what goes wrong there comes out here. */
    static void run(Writer writer, Reader reader) throws IOException {
        var failure = new IOException[1];
        try (var in = new PipedInputStream(PIPE)) {
            var out = new PipedOutputStream(in);
            Thread thread = Thread.ofPlatform().daemon().start(() -> {
                try (OutputStream closing = out) {
                    writer.writeTo(closing);
                } catch (IOException e) {
                    failure[0] = e;
                }
            });
            reader.read(in);
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliError("interrupted");
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }
}
