package jdocker.cli;

import java.io.IOException;
import java.util.List;

/** {@code logs}: what a container has written. */
final class LogsCommand extends Command {
    private final Flag details = flags().bool("details", "Show extra details provided to logs");
    private final Flag follow = flags().bool("follow", 'f', "Follow log output");
    private final Flag since = flags().string("since", "Show logs since a time (2026-01-02T13:23:37Z) or a span (42m)");
    private final Flag tail = flags().add(
                    new Flag("tail", 'n', FlagKind.STRING, "all", "Number of lines to show from the end of the logs"));
    private final Flag timestamps = flags().bool("timestamps", 't', "Show timestamps");
    private final Flag until =
            flags().string("until", "Show logs before a time (2026-01-02T13:23:37Z) or a span (42m)");

    @Override
    String synopsis() {
        return "[OPTIONS] CONTAINER";
    }

    @Override
    Arity arity() {
        return Arity.exactly(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        String container = arguments.getFirst();
        Query query = new Query()
                .addIf(details.isOn(), "details", "1")
                .addIf(follow.isOn(), "follow", "1")
                .addText("since", Timestamps.of("since", since.text(), session.invocation()))
                .add("stderr", "1")
                .add("stdout", "1")
                .add("tail", tail.text())
                .addIf(timestamps.isOn(), "timestamps", "1")
                .addText("until", Timestamps.of("until", until.text(), session.invocation()));
        // Since 1.42 the content type tells a terminal's bytes from frames.
        boolean told = Engine.atLeast(session.engine().version(), "1.42");
        boolean tty = !told
                && ContainerCalls.inspect(session, container).object("Config").flag("Tty");
        String path = ContainerCalls.path(container, "/logs");
        try (Engine.Answer answer = session.engine().open("GET", path, query, java.util.Map.of(), null)) {
            tty |= told && answer.header("content-type").contains("raw-stream");
            if (tty) {
                AttachStreams.copyPlain(answer.body(), session.out());
            } else {
                Frames.copy(answer.body(), session.out(), session.err());
            }
            return 0;
        } catch (IOException e) {
            throw new CliError(String.valueOf(e.getMessage()));
        }
    }
}
