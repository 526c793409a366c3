package jdocker.cli;

import java.util.List;

/** {@code run}: creates a container, starts it, and unless detached stays with it to its end. */
final class RunCommand extends Command {
    private final Flag detach = flags().bool("detach", 'd', "Run in background and print the container ID");
    private final Flag detachKeys = flags().string("detach-keys", "Override the keys for detaching from a container");
    private final Flag sigProxy = flags().boolOn("sig-proxy", "Proxy received signals to the process");
    private final ContainerCreation creation = new ContainerCreation(flags());

    RunCommand() {
        flags().stopAtArgument();
    }

    @Override
    String synopsis() {
        return "[OPTIONS] IMAGE [COMMAND] [ARG...]";
    }

    @Override
    Arity arity() {
        return Arity.atLeast(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        JsonObject request = request(session, arguments);
        String id;
        try {
            id = creation.create(session, request);
        } catch (OutputClosed e) {
            throw e;
        } catch (CliError e) {
            throw RunFailure.of(e, "run");
        }
        boolean proxied = sigProxy.isOn() && !detach.isOn();
        try (SignalProxy _ = SignalProxy.begin(session, id, proxied)) {
            return detach.isOn() ? startDetached(session, id) : startAttached(session, id, request);
        }
    }

    private JsonObject request(Session session, List<String> arguments) {
        JsonObject request;
        try {
            creation.check();
            request = CreateRequest.of(creation.options(), arguments, session.invocation());
        } catch (CliError e) {
            throw RunFailure.of(e, "run");
        }
        if (detach.isOn()) {
            if (creation.options().attach.isSet()) {
                throw new CliError("conflicting options: cannot specify both --attach and --detach");
            }
            detach(request);
        } else if (request.flag("Tty")
                && request.flag("AttachStdin")
                && !session.terminal().isInput()) {
            throw new CliError("the input device is not a TTY");
        }
        return request;
    }

    /** Takes out of a request what only somebody who stays would need. */
    static void detach(JsonObject request) {
        request.with("AttachStdin", false)
                .with("AttachStdout", false)
                .with("AttachStderr", false)
                .with("StdinOnce", false);
    }

    private int startDetached(Session session, String id) {
        try {
            ContainerCalls.start(session, id);
        } catch (OutputClosed e) {
            throw e;
        } catch (CliError e) {
            if (creation.options().autoRemove.isOn()) {
                awaitRemoval(session, id);
            }
            session.out().line(id);
            throw RunFailure.of(e, "run");
        }
        session.out().line(id);
        return 0;
    }

    private static void awaitRemoval(Session session, String id) {
        try (ExitWait wait = ExitWait.begin(session.engine(), id, true)) {
            wait.code();
        } catch (CliError _) {
            // Gone already.
        }
    }

    private int startAttached(Session session, String id, JsonObject request) {
        boolean out = request.flag("AttachStdout");
        boolean err = request.flag("AttachStderr");
        AttachStreams.Wanted wanted = new AttachStreams.Wanted(
                request.flag("AttachStdin"), out, err, request.flag("Tty"), session.detachKeys(detachKeys));
        boolean removed = creation.options().autoRemove.isOn();
        try (HttpConnection connection = ContainerCalls.attach(session, id, wanted);
                ExitWait wait = ExitWait.begin(session.engine(), id, removed)) {
            try {
                ContainerCalls.start(session, id);
            } catch (EngineError e) {
                if (removed) {
                    wait.code();
                }
                throw RunFailure.of(e, "run");
            }
            return stay(session, id, connection, wanted, wait);
        }
    }

    private static int stay(
            Session session, String id, HttpConnection connection, AttachStreams.Wanted wanted, ExitWait wait) {
        boolean follows = wanted.tty() && session.terminal().isOutput();
        TerminalSize size = follows ? TerminalSize.followContainer(session, id) : null;
        try {
            return new AttachStreams(session, connection, wanted).copy() ? wait.code() : 0;
        } finally {
            if (size != null) {
                size.close();
            }
        }
    }
}
