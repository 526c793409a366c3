package jdocker.cli;

/** The calls that several commands make of a container. */
final class ContainerCalls {
    private ContainerCalls() {}

    static String path(String container, String action) {
        return "/containers/" + Query.pathElement(container) + action;
    }

    static void start(Session session, String container) {
        session.engine().post(path(container, "/start"), new Query(), null);
    }

    static JsonObject inspect(Session session, String container) {
        return Json.object(session.engine().get(path(container, "/json"), new Query()));
    }

    static HttpConnection attach(Session session, String container, AttachStreams.Wanted wanted) {
        Query query = new Query()
                .add("stream", "1")
                .addIf(wanted.in(), "stdin", "1")
                .addIf(wanted.out(), "stdout", "1")
                .addIf(wanted.err(), "stderr", "1")
                .addText("detachKeys", wanted.detachKeys());
        return session.engine().hijack(path(container, "/attach"), query, null);
    }
}
