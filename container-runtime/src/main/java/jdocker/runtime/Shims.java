package jdocker.runtime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.MadeAhead;
import jdocker.kernel.MemfdFlag;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SocketType;
import jdocker.kernel.Sockets;
import jdocker.kernel.SpawnRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts shims, a few of them before anybody knows for what: a shim without a plan waits for one, and ends with the daemon
 * that started it.
 */
final class Shims implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Shims.class);
    private static final int AHEAD = 3;
    private static final int PLAN_FD = 3;
    private static final int CONTROL_FD = 4;
    private static final int PROGRAM_FD = 5;
    private static final int ID_LENGTH = 64;

    private final Kernel kernel;
    private final ShimImage image;
    private final MadeAhead<Waiting> waiting;

    /** A shim that has no plan yet, whoever takes it closes both. */
    private record Waiting(Fd control, Fd shim, long pid) {
        void end(Kernel kernel) {
            control.close();
            kernel.processes().waitFor(shim);
            shim.close();
        }
    }

    /** A shim that carries out its plan. */
    record Shim(Fd control, Fd pidfd, long pid) {}

    Shims(Kernel kernel, ShimImage image) {
        this.kernel = kernel;
        this.image = image;
        this.waiting = new MadeAhead<>(new MadeAhead.Recipe<>(
                "shim-pool",
                AHEAD,
                this::spawn,
                unused -> unused.end(kernel),
                failure -> log.info("no shims are started ahead: {}", failure.getMessage())));
    }

    /** From now on, some are started ahead. */
    void startAhead() {
        waiting.start();
    }

    /**
     * Gives a shim what it is to hold and what it is to do.
     *
     * @param id shows in process lists
     */
    Shim carryOut(String id, Plan plan, List<Fd> held) {
        Waiting shim = take();
        try (Fd file = sealed(plan)) {
            // What it holds comes first: with the plan it begins, whatever happens to us.
            Held.give(kernel, shim.control(), held);
            kernel.sockets().send(shim.control(), message(id), List.of(file));
            return new Shim(shim.control(), shim.shim(), shim.pid());
        } catch (RuntimeException e) {
            shim.end(kernel);
            throw e;
        }
    }

    private Waiting take() {
        for (Optional<Waiting> next = waiting.take(); next.isPresent(); next = waiting.take()) {
            // One that says something before it has a plan has been killed.
            if (!kernel.sockets().readable(next.get().control(), Duration.ZERO)) {
                return next.get();
            }
            next.get().end(kernel);
        }
        return spawn();
    }

    private static ByteBuffer message(String id) {
        byte[] name = id.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(ShimProtocol.HEADER_SIZE + ID_LENGTH)
                .putInt(ShimProtocol.PLAN << 24)
                .putInt(ID_LENGTH)
                .put(name, 0, Math.min(name.length, ID_LENGTH))
                .rewind();
    }

    private Fd sealed(Plan plan) {
        Fd file = kernel.data().memfd("jdocker-plan", MemfdFlag.ALLOW_SEALING);
        return ShimImage.sealed(kernel.data(), file, plan.bytes());
    }

    /** Closes our copy of the shim's socket: as long as it was open, the end of the shim would not be seen. */
    private Waiting spawn() {
        Sockets.Pair sockets = kernel.sockets().pair(SocketType.STREAM);
        try (Fd theirs = sockets.second();
                Fd nothing = kernel.files().open("/dev/null", OpenFlag.READ_WRITE, OpenFlag.CLOSE_ON_EXEC)) {
            var descriptors = Map.ofEntries(
                    Map.entry(0, nothing),
                    Map.entry(1, nothing),
                    Map.entry(2, nothing),
                    Map.entry(PLAN_FD, nothing),
                    Map.entry(CONTROL_FD, theirs),
                    Map.entry(PROGRAM_FD, image.executable()));
            long pid = kernel.processes()
                    .spawn(new SpawnRequest(
                            "/proc/self/fd/" + PROGRAM_FD,
                            List.of("jdocker-shim", " ".repeat(ID_LENGTH)),
                            List.of(),
                            descriptors,
                            true));
            return new Waiting(sockets.first(), kernel.processes().pidfdOpen(pid), pid);
        } catch (RuntimeException e) {
            sockets.first().close();
            throw e;
        }
    }

    @Override
    public void close() {
        waiting.close();
    }
}
