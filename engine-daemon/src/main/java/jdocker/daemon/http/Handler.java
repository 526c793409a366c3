package jdocker.daemon.http;

/** Answers one kind of request. Blocking code; runs on the {@link Lane} that its route was added with. */
@FunctionalInterface
public interface Handler {

    /**
     * @throws jdocker.daemon.error.EngineException for what the client can act on; anything else becomes a logged 500
     */
    Response handle(Request request) throws Exception;
}
