package jdocker.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.SocketType;
import jdocker.kernel.SyscallException;

/** Has plans carried out: gives each to a shim and waits for its first word. Waits: for platform threads only. */
final class InitLauncher implements AutoCloseable {
    /** A mount may take its time, a start that takes longer than this is stuck. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final Duration GREETING_LIMIT = Duration.ofSeconds(10);
    private static final String SOCKET = "attach.sock";
    private static final int SIGKILL = 9;

    private final Kernel kernel;
    private final Shims shims;

    InitLauncher(Kernel kernel, ShimImage image) {
        this.kernel = kernel;
        this.shims = new Shims(kernel, image);
    }

    /** From now on, some shims are started before they are needed. */
    void startAhead() {
        shims.startAhead();
    }

    /** Launches what holds nothing. */
    Launched launch(String id, Plan plan, Path runDirectory) {
        return launch(id, plan, runDirectory, List.of());
    }

    /**
     * Returns when the process's execve has happened.
     *
     * @param id shows in process lists
     * @param runDirectory exists, and is where the plan's first phase leads the shim
     * @param held what the shim is to hold
     * @throws LaunchFailure if it does not come to that
     */
    Launched launch(String id, Plan plan, Path runDirectory, List<Fd> held) {
        Shims.Shim shim = shims.carryOut(id, plan, held);
        try {
            return greet(plan, new Attempt(shim.control(), shim.pidfd(), shim.pid(), runDirectory));
        } catch (RuntimeException e) {
            shim.control().close();
            throw e;
        }
    }

    /** Finds out what became of a process that an earlier daemon started. */
    Adoption adopt(Path runDirectory) {
        Optional<Fd> socket = connect(runDirectory.resolve(SOCKET).toString());
        if (socket.isEmpty()) {
            return withoutShim(runDirectory);
        }
        Fd control = socket.get();
        Optional<Fd> shim = Optional.empty();
        try {
            long shimPid = kernel.sockets().peer(control).pid();
            shim = kernel.processes().pidfdOpenIfPresent(shimPid);
            // Read after opening the pidfd: a shim that answers was still there, so the number was not another's.
            Optional<ShimMessage> first =
                    shim.isEmpty() ? Optional.empty() : new ShimConnection(kernel, control).receive(GREETING_LIMIT);
            if (first.isPresent() && first.get() instanceof ShimMessage.Started(long pid, int protocol)) {
                var attempt = new Attempt(control, shim.orElseThrow(), shimPid, runDirectory);
                boolean holds = protocol >= ShimProtocol.HOLDS;
                List<Fd> held = holds ? Held.fetch(kernel, attempt.shim(), shimPid) : List.of();
                return new Adoption.Running(launched(attempt, pid, holds, held));
            }
            shim.ifPresent(this::awaitEnd);
        } catch (RuntimeException e) {
            shim.ifPresent(Fd::close);
            control.close();
            throw e;
        }
        control.close();
        return withoutShim(runDirectory);
    }

    private record Attempt(Fd control, Fd shim, long shimPid, Path runDirectory) {}

    private Launched greet(Plan plan, Attempt attempt) {
        try {
            Optional<ShimMessage> first = new ShimConnection(kernel, attempt.control()).receive(START_LIMIT);
            if (first.isPresent() && first.get() instanceof ShimMessage.Started(long pid, int protocol)) {
                return launched(attempt, pid, protocol >= ShimProtocol.HOLDS, List.of());
            }
            throw first.isPresent() && first.get() instanceof ShimMessage.Failed failed
                    ? LaunchFailure.of(plan, failed)
                    : new LaunchFailure(LaunchStage.SHIM, 0, Optional.empty(), Errno.ECHILD);
        } catch (ShimConnection.ShimSilent e) {
            // Left alone, it might start the container after all, when everybody has been told that it does not run.
            throw discard(attempt.shim(), new LaunchFailure(LaunchStage.SHIM, 0, Optional.empty(), Errno.ETIMEDOUT));
        } catch (RuntimeException e) {
            throw discard(attempt.shim(), e);
        }
    }

    private RuntimeException discard(Fd shim, RuntimeException failure) {
        kernel.processes().signal(shim, SIGKILL);
        kernel.processes().waitFor(shim);
        shim.close();
        return failure;
    }

    private Launched launched(Attempt to, long pid, boolean holds, List<Fd> held) {
        long startTime = kernel.processes().startTime(pid).orElse(0);
        return new Launched(to.control(), to.shim(), to.shimPid(), pid, startTime, to.runDirectory(), holds, held);
    }

    private Optional<Fd> connect(String path) {
        try {
            return Optional.of(kernel.sockets().connect(SocketType.STREAM, path));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ECONNREFUSED)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The shim has stopped listening and is about to end: what it still does must not overlap with our cleaning up. */
    private void awaitEnd(Fd shim) {
        try (shim) {
            kernel.sockets().readable(shim, GREETING_LIMIT);
        }
    }

    private static Adoption withoutShim(Path runDirectory) {
        Optional<ExitFile> file = ExitFile.read(runDirectory);
        Optional<ProcessExit> exit = file.flatMap(ExitFile::exit);
        return exit.isPresent()
                ? new Adoption.Ended(exit.get())
                : new Adoption.Lost(file.map(ExitFile::pid).orElse(0L));
    }

    /** Those that have a plan go on. */
    @Override
    public void close() {
        shims.close();
    }
}
