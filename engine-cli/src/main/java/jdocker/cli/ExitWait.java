package jdocker.cli;

/** A wait for a container's end that the daemon has already accepted. */
final class ExitWait implements AutoCloseable {
    private final Engine.Answer answer;

    private ExitWait(Engine.Answer answer) {
        this.answer = answer;
    }

    /** Begins before the start, so that even the shortest run is seen: its next exit, or its removal. */
    static ExitWait begin(Engine engine, String id, boolean untilRemoved) {
        return begin(engine, id, untilRemoved ? "removed" : "next-exit");
    }

    static ExitWait begin(Engine engine, String id, String condition) {
        String path = "/containers/" + Query.pathElement(id) + "/wait";
        return new ExitWait(
                engine.open("POST", path, new Query().addText("condition", condition), java.util.Map.of(), null));
    }

    /** Blocks until the container has ended; its exit code. */
    int code() {
        JsonObject result = Json.object(answer.all());
        String error = result.object("Error").text("Message");
        if (!error.isEmpty()) {
            throw new CliError("Error waiting for container: " + error, 125);
        }
        return (int) result.number("StatusCode");
    }

    @Override
    public void close() {
        answer.close();
    }
}
