package jdocker.daemon.http;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of a streamed response. Collects small writes until {@link #flush} or some kilobytes; blocks while the
 * client does not read; throws once it has gone. One thread at a time.
 */
public abstract class ResponseStream extends OutputStream {

    /** Writes a value as one line of JSON; {@link #flush} sends it. */
    public abstract void appendJsonLine(Object value) throws IOException;

    /** Writes a value as one line of JSON and sends it at once. */
    public final void writeJsonLine(Object value) throws IOException {
        appendJsonLine(value);
        flush();
    }

    /** Whether the client has gone away, so that there is nobody to write for. */
    public abstract boolean disconnected();
}
