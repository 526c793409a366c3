package jdocker.kernel;

import java.util.Optional;

/** Terminals and pseudo-terminals. */
public interface Terminals {
    boolean isTerminal(Fd fd);

    /** Empty where the descriptor is no terminal. */
    Optional<WindowSize> size(Fd terminal);

    void resize(Fd terminal, WindowSize size);

    /** Sets raw mode as cfmakeraw(3) does: every byte as it is typed, no signals, no echo. Closing the answer undoes it. */
    RawMode raw(Fd terminal);

    /** A new pseudo-terminal of the mounted /dev/pts. */
    Pty open();

    /** Until closed, the terminal is raw. */
    interface RawMode extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Both ends of a pseudo-terminal.
     *
     * @param controller what a terminal program holds
     * @param terminal what a process gets as its terminal
     * @param number of /dev/pts/N
     */
    record Pty(Fd controller, Fd terminal, int number) implements AutoCloseable {
        @Override
        public void close() {
            controller.close();
            terminal.close();
        }
    }
}
