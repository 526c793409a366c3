package jdocker.runtime;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileData;
import jdocker.kernel.Kernel;
import jdocker.kernel.PollEvent;
import jdocker.kernel.Sockets.PollEntry;
import jdocker.kernel.SyscallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when processes have ended: one thread waits for all shims, because a shim ends when all is done for its process. Shims are
 * waited for one by one, never all children at once, and those of an earlier daemon are nobody's children here.
 */
final class ExitWatcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ExitWatcher.class);
    private static final Duration FOR_EVER = Duration.ofSeconds(-1);
    private static final int SIGKILL = 9;

    private final Kernel kernel;
    private final Clock clock;
    private final FileData.Pipe wake;
    private final ConcurrentLinkedQueue<Watched> added = new ConcurrentLinkedQueue<>();
    private final List<Watched> watched = new ArrayList<>(); // the thread's own
    private final Thread thread;
    private volatile boolean closed;

    private record Watched(Launched process, CompletableFuture<ProcessExit> exit) {}

    ExitWatcher(Kernel kernel, Clock clock) {
        this.kernel = kernel;
        this.clock = clock;
        this.wake = kernel.data().pipe();
        kernel.data().nonBlocking(wake.readEnd(), true);
        this.thread = Thread.ofPlatform().name("exit-watcher").daemon().start(this::run);
    }

    /** Completes on the watcher's thread, once, when the shim has ended; takes over the descriptor of the shim. */
    CompletableFuture<ProcessExit> watch(Launched process) {
        var exit = new CompletableFuture<ProcessExit>();
        added.add(new Watched(process, exit));
        wakeUp();
        return exit;
    }

    /** Ends the thread; processes go on, and what was not complete stays so. */
    @Override
    public void close() {
        closed = true;
        wakeUp();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        wake.close();
    }

    private void wakeUp() {
        kernel.data().write(wake.writeEnd(), new byte[1]);
    }

    private void run() {
        while (!closed) {
            int[] events = kernel.sockets().poll(entries(), FOR_EVER);
            if (events[0] != 0) {
                takeAdded();
            }
            for (int i = events.length - 1; i > 0; i--) {
                if (events[i] != 0) {
                    complete(watched.remove(i - 1));
                }
            }
        }
        takeAdded();
        watched.forEach(one -> one.process().shim().close());
    }

    private List<PollEntry> entries() {
        List<PollEntry> entries = new ArrayList<>(watched.size() + 1);
        entries.add(new PollEntry(wake.readEnd(), PollEvent.IN));
        watched.forEach(one -> entries.add(new PollEntry(one.process().shim(), PollEvent.IN)));
        return entries;
    }

    private void takeAdded() {
        drainWake();
        for (Watched one = added.poll(); one != null; one = added.poll()) {
            watched.add(one);
        }
    }

    private void drainWake() {
        try {
            kernel.data().read(wake.readEnd(), ByteBuffer.allocate(4096));
        } catch (SyscallException e) {
            if (!e.is(Errno.EAGAIN)) {
                throw e;
            }
        }
    }

    private void complete(Watched one) {
        try {
            reap(one.process().shim());
            one.exit().complete(exitOf(one.process()));
        } catch (RuntimeException e) {
            log.error("cannot tell how process {} ended", one.process().pid(), e);
            one.exit().completeExceptionally(e);
        } finally {
            one.process().shim().close();
        }
    }

    private void reap(Fd shim) {
        try {
            kernel.processes().tryWait(shim);
        } catch (SyscallException e) {
            if (!e.is(Errno.ECHILD)) {
                throw e;
            }
        }
    }

    /** A shim that vanished leaves a process whose output goes nowhere: it is ended, so that one state remains. */
    private ProcessExit exitOf(Launched process) {
        Optional<ProcessExit> noted = noted(process);
        if (noted.isPresent()) {
            return noted.get();
        }
        log.warn("the shim of process {} vanished; the process is killed", process.pid());
        if (process.startTime() != 0 && kernel.processes().isAlive(process.pid(), process.startTime())) {
            kernel.processes().signal(process.pid(), SIGKILL);
        }
        return new ProcessExit(128 + SIGKILL, false, clock.instant(), true);
    }

    private static Optional<ProcessExit> noted(Launched process) {
        try {
            return ExitFile.read(process.runDirectory()).flatMap(ExitFile::exit);
        } catch (UncheckedIOException e) {
            log.warn("the exit of process {} cannot be read", process.pid(), e);
            return Optional.empty();
        }
    }
}
