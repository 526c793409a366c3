package jdocker.daemon.http;

import java.io.IOException;

/** Writes the body of a streamed response; the response ends when this returns. */
@FunctionalInterface
public interface StreamBody {

    /**
     * Called once the head of the response is on its way. An exception after that cuts the connection, so that the
     * client sees that the body is incomplete: write an error into the stream where the format has a way to.
     */
    void writeTo(ResponseStream out) throws IOException, InterruptedException;
}
