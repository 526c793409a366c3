package jdocker.runtime;

import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import jdocker.kernel.Epoll;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.PollEvent;
import jdocker.kernel.SyscallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when processes have ended: one thread waits for all shims, because a shim ends when all is done for its process. Shims are
 * waited for one by one, never all children at once, and those of an earlier daemon are nobody's children here.
 */
final class ExitWatcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ExitWatcher.class);
    private static final int FOR_EVER = -1;
    private static final int SIGKILL = 9;

    private final Kernel kernel;
    private final Clock clock;
    private final Epoll epoll;
    private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    private record Watched(Launched process, CompletableFuture<ProcessExit> exit) {}

    ExitWatcher(Kernel kernel, Clock clock) {
        this.kernel = kernel;
        this.clock = clock;
        this.epoll = kernel.epoll();
        this.thread = Thread.ofPlatform().name("exit-watcher").daemon().start(this::run);
    }

    /** Completes on the watcher's thread, once, when the shim has ended; takes over the descriptor of the shim. */
    CompletableFuture<ProcessExit> watch(Launched process) {
        var exit = new CompletableFuture<ProcessExit>();
        long token = tokens.incrementAndGet();
        watched.put(token, new Watched(process, exit));
        epoll.add(process.shim(), PollEvent.IN, token);
        return exit;
    }

    /** Ends the thread; processes go on, and what was not complete stays so. */
    @Override
    public void close() {
        closed = true;
        epoll.wakeUp();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        epoll.close();
        watched.values().forEach(one -> one.process().shim().close());
    }

    private void run() {
        while (!closed) {
            epoll.await(FOR_EVER, (token, _) -> {
                Watched one = watched.remove(token);
                if (one != null) {
                    complete(one);
                }
            });
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
