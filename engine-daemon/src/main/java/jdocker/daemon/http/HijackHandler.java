package jdocker.daemon.http;

/** Takes over a connection. Runs on the route's lane after the {@code 101} or {@code 200} head has been written. */
@FunctionalInterface
public interface HijackHandler {

    /** May return at once; the stream lives until it is closed. An exception is logged and closes it. */
    void accept(HijackedStream stream) throws Exception;
}
