package jdocker.cli;

import java.util.List;

/** {@code attach}: joins a running container's streams. */
final class AttachCommand extends Command {
    private final Flag detachKeys = flags().string("detach-keys", "Override the keys for detaching from a container");
    private final Flag noStdin = flags().bool("no-stdin", "Do not attach STDIN");
    private final Flag sigProxy = flags().boolOn("sig-proxy", "Proxy all received signals to the process");

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
        JsonObject inspect = ContainerCalls.inspect(session, container);
        JsonObject state = inspect.object("State");
        if (!state.flag("Running")) {
            throw new CliError("cannot attach to a stopped container, start it first");
        }
        if (state.flag("Paused")) {
            throw new CliError("cannot attach to a paused container, unpause it first");
        }
        if (state.flag("Restarting")) {
            throw new CliError("cannot attach to a restarting container, wait until it is running");
        }
        JsonObject config = inspect.object("Config");
        boolean tty = config.flag("Tty");
        boolean in = !noStdin.isOn() && config.flag("OpenStdin");
        if (tty && in && !session.terminal().isInput()) {
            throw new CliError("the input device is not a TTY");
        }
        AttachStreams.Wanted wanted = new AttachStreams.Wanted(in, true, true, tty, session.detachKeys(detachKeys));
        return stay(session, container, wanted);
    }

    private int stay(Session session, String container, AttachStreams.Wanted wanted) {
        boolean tty = wanted.tty();
        try (SignalProxy _ = SignalProxy.begin(session, container, sigProxy.isOn() && !tty);
                ExitWait wait = ExitWait.begin(session.engine(), container, "");
                HttpConnection connection = ContainerCalls.attach(session, container, wanted)) {
            TerminalSize size = null;
            if (tty && session.terminal().isOutput()) {
                size = TerminalSize.followContainer(session, container);
                size.redraw();
            }
            boolean ended = new AttachStreams(session, connection, wanted).copy();
            if (size != null) {
                size.close();
            }
            if (!ended) {
                throw new CliError("read escape sequence");
            }
            return wait.code();
        }
    }
}
