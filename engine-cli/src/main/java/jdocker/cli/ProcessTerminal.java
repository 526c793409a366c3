package jdocker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.SyscallException;
import jdocker.kernel.Terminals;

/** The terminal this JVM's process was started on. */
final class ProcessTerminal implements Terminal {
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;

    @Override
    public boolean isInput() {
        return isTerminal(INPUT);
    }

    @Override
    public boolean isOutput() {
        return isTerminal(OUTPUT);
    }

    // The name of the open file tells it, without loading the native layer for every piped command.
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public Optional<Size> size() {
        return Native.TERMINALS.size(new Fd(OUTPUT)).map(size -> new Size(size.rows(), size.columns()));
    }

    @Override
    public Raw raw() {
        try {
            Terminals.RawMode mode = Native.TERMINALS.raw(new Fd(INPUT));
            // A signal that ends us must not leave the user a terminal that does not echo.
            Thread atEnd = new Thread(mode::close);
            Runtime.getRuntime().addShutdownHook(atEnd);
            return mode::close;
        } catch (SyscallException e) {
            throw new CliError("unable to set IO streams as raw terminal: " + e.getMessage());
        }
    }

    /** Does to a terminal of its own what a command does to the user's, for the ahead-of-time cache. */
    static void train() {
        try (Terminals.Pty pty = Native.TERMINALS.open();
                Terminals.RawMode _ = Native.TERMINALS.raw(pty.terminal())) {
            Native.TERMINALS.size(pty.terminal());
        } catch (SyscallException | UnsatisfiedLinkError _) {
            // No terminals to be had here; the cache goes without.
        }
    }

    /** The native layer, loaded by the first command that has a use for a terminal. */
    private static final class Native {
        static final Terminals TERMINALS = Kernel.load().terminals();

        private Native() {}
    }
}
