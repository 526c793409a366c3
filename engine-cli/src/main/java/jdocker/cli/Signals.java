package jdocker.cli;

import java.util.function.Consumer;

/** The signals the invoking process receives. */
interface Signals {
    /** Hands every catchable signal, by its number as text, to the listener instead of letting it act, until closed. */
    Subscription catchAll(Consumer<String> listener);

    /** Calls the listener each time the terminal's window changed, until closed. */
    Subscription onWindowChange(Runnable listener);

    /** An end to listening. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** For invocations that no signal reaches. */
    final class None implements Signals {
        @Override
        public Subscription catchAll(Consumer<String> listener) {
            return () -> {};
        }

        @Override
        public Subscription onWindowChange(Runnable listener) {
            return () -> {};
        }
    }
}
