package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** {@code start}: starts containers, or one and stays with it. */
final class StartCommand extends Command {
    private final Flag attach = flags().bool("attach", 'a', "Attach STDOUT/STDERR and forward signals");
    private final Flag interactive = flags().bool("interactive", 'i', "Attach container's STDIN");
    private final Flag detachKeys = flags().string("detach-keys", "Override the keys for detaching from a container");

    @Override
    String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    Arity arity() {
        return Arity.atLeast(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        if (!attach.isOn() && !interactive.isOn()) {
            return startAll(session, arguments);
        }
        if (arguments.size() > 1) {
            throw new CliError("you cannot start and attach multiple containers at once");
        }
        return startAttached(session, arguments.getFirst());
    }

    private static int startAll(Session session, List<String> containers) {
        List<String> failed = new ArrayList<>();
        for (String container : containers) {
            try {
                ContainerCalls.start(session, container);
                session.out().line(container);
            } catch (EngineError e) {
                session.err().line(e.text());
                failed.add(container);
            }
        }
        session.err().flush();
        if (!failed.isEmpty()) {
            session.out().flush();
            throw new CliError("Error: failed to start containers: " + String.join(", ", failed));
        }
        return 0;
    }

    private int startAttached(Session session, String container) {
        JsonObject inspect = ContainerCalls.inspect(session, container);
        String id = inspect.text("Id");
        JsonObject config = inspect.object("Config");
        boolean tty = config.flag("Tty");
        boolean out = attach.isOn();
        boolean in = interactive.isOn() && config.flag("OpenStdin");
        AttachStreams.Wanted wanted = new AttachStreams.Wanted(in, true, true, tty, session.detachKeys(detachKeys));
        boolean removed = inspect.object("HostConfig").flag("AutoRemove");
        try (SignalProxy _ = SignalProxy.begin(session, id, out && !tty);
                HttpConnection connection = ContainerCalls.attach(session, id, wanted);
                ExitWait wait = ExitWait.begin(session.engine(), id, removed)) {
            ContainerCalls.start(session, id);
            boolean follows = tty && session.terminal().isOutput();
            TerminalSize size = follows ? TerminalSize.followContainer(session, id) : null;
            boolean ended = new AttachStreams(session, connection, wanted).copy();
            if (size != null) {
                size.close();
            }
            return ended ? wait.code() : 0;
        }
    }
}
