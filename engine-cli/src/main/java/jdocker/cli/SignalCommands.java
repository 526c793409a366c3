package jdocker.cli;

import java.util.List;

/** The commands that do one thing to each of several containers and print their names. */
final class SignalCommands {
    private SignalCommands() {}

    abstract static class OnEach extends Command {
        private final String action;

        OnEach(String action) {
            this.action = action;
        }

        @Override
        Arity arity() {
            return Arity.atLeast(1);
        }

        abstract Query query();

        @Override
        int run(Session session, List<String> arguments) {
            return EachOf.run(session, arguments, container -> {
                session.engine().post(ContainerCalls.path(container, "/" + action), query(), null);
                return container;
            });
        }
    }

    /** {@code stop} and {@code restart}. */
    static final class Stop extends OnEach {
        private final Flag signal = flags().string("signal", 's', "Signal to send to the container");
        private final Flag timeout =
                flags().of(FlagKind.INT, "timeout", 't', "Seconds to wait before killing the container");

        Stop(String action) {
            super(action);
            flags().alias("time", timeout);
        }

        @Override
        String synopsis() {
            return "[OPTIONS] CONTAINER [CONTAINER...]";
        }

        @Override
        Query query() {
            return new Query()
                    .addText("signal", signal.text())
                    .addIf(timeout.isSet(), "t", String.valueOf(timeout.number()));
        }
    }

    /** {@code kill}. */
    static final class Kill extends OnEach {
        private final Flag signal = flags().string("signal", 's', "Signal to send to the container");

        Kill() {
            super("kill");
        }

        @Override
        String synopsis() {
            return "[OPTIONS] CONTAINER [CONTAINER...]";
        }

        @Override
        Query query() {
            return new Query().addText("signal", signal.text());
        }
    }

    /** {@code pause} and {@code unpause}. */
    static final class Pause extends OnEach {
        Pause(String action) {
            super(action);
        }

        @Override
        String synopsis() {
            return "CONTAINER [CONTAINER...]";
        }

        @Override
        Query query() {
            return new Query();
        }
    }
}
