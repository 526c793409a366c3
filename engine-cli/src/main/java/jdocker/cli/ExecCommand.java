package jdocker.cli;

import java.util.List;

/** {@code exec}: runs another command in a running container. */
final class ExecCommand extends Command {
    private final Flag detach = flags().bool("detach", 'd', "Detached mode: run command in the background");
    private final Flag detachKeys = flags().string("detach-keys", "Override the keys for detaching from a container");
    private final Flag env = flags().of(FlagKind.ENV, "env", 'e', "Set environment variables");
    private final Flag envFile = flags().of(FlagKind.LIST, "env-file", "Read environment variables from a file");
    private final Flag interactive = flags().bool("interactive", 'i', "Keep STDIN open even if not attached");
    private final Flag privileged = flags().bool("privileged", "Give extended privileges to the command");
    private final Flag tty = flags().bool("tty", 't', "Allocate a pseudo-TTY");
    private final Flag user = flags().string("user", 'u', "Username or UID (format: <name|uid>[:<group|gid>])");
    private final Flag workdir = flags().string("workdir", 'w', "Working directory inside the container");

    ExecCommand() {
        flags().stopAtArgument();
    }

    @Override
    String synopsis() {
        return "[OPTIONS] CONTAINER COMMAND [ARG...]";
    }

    @Override
    Arity arity() {
        return Arity.atLeast(2);
    }

    @Override
    int run(Session session, List<String> arguments) {
        boolean attached = !detach.isOn();
        if (attached && interactive.isOn() && tty.isOn() && !session.terminal().isInput()) {
            throw new CliError("the input device is not a TTY");
        }
        String keys = session.detachKeys(detachKeys);
        JsonObject request = new JsonObject()
                .with("User", user.text())
                .with("Privileged", privileged.isOn())
                .with("Tty", tty.isOn());
        consoleSize(session, request);
        request.with("AttachStdin", attached && interactive.isOn())
                .with("AttachStderr", attached)
                .with("AttachStdout", attached)
                .with("Detach", detach.isOn())
                .with("DetachKeys", keys)
                .with("Env", CreateRequest.orNull(KeyValueFiles.environment(envFile, env, session.invocation())))
                .with("WorkingDir", workdir.text())
                .with("Cmd", arguments.subList(1, arguments.size()));
        String path = ContainerCalls.path(arguments.getFirst(), "/exec");
        String id =
                Json.object(session.engine().post(path, new Query(), request)).text("Id");
        if (id.isEmpty()) {
            throw new CliError("exec ID empty");
        }
        JsonObject start = new JsonObject().with("Detach", detach.isOn()).with("Tty", tty.isOn());
        consoleSize(session, start);
        if (detach.isOn()) {
            session.engine().post("/exec/" + id + "/start", new Query(), start);
            return 0;
        }
        return stay(session, id, start, keys);
    }

    private void consoleSize(Session session, JsonObject request) {
        if (tty.isOn() && session.terminal().isOutput()) {
            session.terminal()
                    .size()
                    .ifPresent(size -> request.with("ConsoleSize", List.of(size.rows(), size.columns())));
        }
    }

    private int stay(Session session, String id, JsonObject start, String keys) {
        AttachStreams.Wanted wanted = new AttachStreams.Wanted(interactive.isOn(), true, true, tty.isOn(), keys);
        try (HttpConnection connection = session.engine().hijack("/exec/" + id + "/start", new Query(), start)) {
            boolean follows = tty.isOn()
                    && session.terminal().isInput()
                    && session.terminal().isOutput();
            TerminalSize size = follows ? TerminalSize.followExec(session, id) : null;
            boolean ended = new AttachStreams(session, connection, wanted).copy();
            if (size != null) {
                size.close();
            }
            if (!ended) {
                throw new CliError("read escape sequence");
            }
        }
        return (int) Json.object(session.engine().get("/exec/" + id + "/json", new Query()))
                .number("ExitCode");
    }
}
