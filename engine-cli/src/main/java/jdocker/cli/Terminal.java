package jdocker.cli;

import java.util.Optional;

/** The terminal a command may have been started on; each stream may or may not lead to it. */
interface Terminal {
    boolean isInput();

    boolean isOutput();

    /** Rows and columns of the output's terminal; empty where there is none or it does not say. */
    Optional<Size> size();

    /** Turns off line editing, echo and signals on the input until closed. Closing twice is harmless. */
    Raw raw();

    record Size(int rows, int columns) {}

    /** A terminal in raw mode. */
    interface Raw extends AutoCloseable {
        @Override
        void close();
    }

    /** For invocations without any terminal. */
    final class None implements Terminal {
        @Override
        public boolean isInput() {
            return false;
        }

        @Override
        public boolean isOutput() {
            return false;
        }

        @Override
        public Optional<Size> size() {
            return Optional.empty();
        }

        @Override
        public Raw raw() {
            throw new CliError("the input device is not a TTY");
        }
    }
}
