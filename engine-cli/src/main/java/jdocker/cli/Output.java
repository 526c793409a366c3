package jdocker.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Text for the user, gathered until flushed. */
final class Output {
    private static final int ENOUGH = 8192;

    private final OutputStream stream;
    private final StringBuilder pending = new StringBuilder();

    Output(OutputStream stream) {
        this.stream = stream;
    }

    void print(String text) {
        pending.append(text);
        if (pending.length() > ENOUGH) {
            flush();
        }
    }

    void line(String text) {
        pending.append(text);
        print("\n");
    }

    /** A line that must be seen now. */
    void lineNow(String text) {
        line(text);
        flush();
    }

    void bytes(byte[] data, int offset, int length) {
        flush();
        try {
            stream.write(data, offset, length);
            stream.flush();
        } catch (IOException e) {
            throw new OutputClosed();
        }
    }

    void flush() {
        if (pending.isEmpty()) {
            return;
        }
        byte[] data = pending.toString().getBytes(StandardCharsets.UTF_8);
        pending.setLength(0);
        bytes(data, 0, data.length);
    }
}
