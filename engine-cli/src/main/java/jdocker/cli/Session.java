package jdocker.cli;

import org.jspecify.annotations.Nullable;

/** What a command works with: the invocation, the two outputs, and the daemon once it is asked for. */
final class Session implements AutoCloseable {
    private final Invocation invocation;
    private final Globals globals;
    private final String path;
    private final Output out;
    private final Output err;
    private @Nullable ClientConfig config;
    private @Nullable Engine engine;

    Session(Invocation invocation, Globals globals, String path, Output out, Output err) {
        this.invocation = invocation;
        this.globals = globals;
        this.path = path;
        this.out = out;
        this.err = err;
    }

    Invocation invocation() {
        return invocation;
    }

    Terminal terminal() {
        return invocation.terminal();
    }

    Output out() {
        return out;
    }

    Output err() {
        return err;
    }

    /** The command's name as it was typed: {@code container ls}. */
    String path() {
        return path;
    }

    boolean isDebug() {
        return globals.debug.isOn() || globals.logLevel.text().equals("debug");
    }

    ClientConfig config() {
        if (config == null) {
            config = ClientConfig.load(invocation, globals);
        }
        return config;
    }

    Engine engine() {
        if (engine == null) {
            engine = new Engine(
                    DaemonAddress.parse(host()), invocation.variable("DOCKER_API_VERSION"), config().httpHeaders());
        }
        return engine;
    }

    /** The context in force. */
    String context() {
        if (globals.context.isSet()) {
            return globals.context.text();
        }
        if (globals.host.isSet() || invocation.variable("DOCKER_HOST") != null) {
            return ClientConfig.DEFAULT_CONTEXT;
        }
        String named = invocation.variable("DOCKER_CONTEXT");
        if (named != null) {
            return named;
        }
        String current = config().text("currentContext");
        return current.isEmpty() ? ClientConfig.DEFAULT_CONTEXT : current;
    }

    private String host() {
        String context = context();
        if (!context.equals(ClientConfig.DEFAULT_CONTEXT)) {
            return config().contextHost(context);
        }
        if (globals.host.isSet()) {
            return globals.host.text();
        }
        String host = invocation.variable("DOCKER_HOST");
        return host == null || globals.context.isSet() ? DaemonAddress.DEFAULT : host;
    }

    /** The user's detach keys: the flag's, or the configuration's. */
    String detachKeys(Flag flag) {
        return flag.text().isEmpty() ? config().text("detachKeys") : flag.text();
    }

    @Override
    public void close() {
        if (engine != null) {
            engine.close();
        }
    }
}
