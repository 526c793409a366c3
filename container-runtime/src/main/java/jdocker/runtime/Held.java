package jdocker.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.SyscallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Descriptors that a shim keeps open for the next daemon, which finds them by their numbers. */
final class Held {
    private static final Logger log = LoggerFactory.getLogger(Held.class);
    private static final int PAYLOAD = 8;

    private Held() {}

    /** Puts them into the socket to a shim, which takes them up when its process runs. */
    static void give(Kernel kernel, Fd control, List<Fd> wanted) {
        // The socket is empty, and has room for more of these than a shim may hold.
        give(kernel, control, 0, wanted);
    }

    /**
     * Puts them into the socket to a shim, at whose end it must be between two messages. Does not wait where the socket
     * does not.
     *
     * @param first the number of the first one, counted from 0
     * @return how many the socket has taken; what a shim has no numbers for counts as taken
     */
    static int give(Kernel kernel, Fd control, int first, List<Fd> wanted) {
        List<Fd> descriptors = wanted.subList(0, Math.clamp(ShimProtocol.HELD_MOST - first, 0, wanted.size()));
        if (descriptors.size() < wanted.size()) {
            log.info(
                    "a shim holds {} of {} descriptors; the next daemon makes the others anew",
                    descriptors.size(),
                    wanted.size());
        }
        for (int at = 0; at < descriptors.size(); at += ShimProtocol.CARGO) {
            List<Fd> some = descriptors.subList(at, Math.min(descriptors.size(), at + ShimProtocol.CARGO));
            ByteBuffer frame = ByteBuffer.allocate(ShimProtocol.HEADER_SIZE + PAYLOAD);
            frame.putInt(ShimProtocol.HOLD << 24).putInt(PAYLOAD);
            frame.order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(ShimProtocol.HELD_FIRST + first + at)
                    .putInt(some.size())
                    .flip();
            try {
                // One call takes it whole, or nothing of it: it is too short to be divided.
                kernel.sockets().send(control, frame, some);
            } catch (SyscallException e) {
                if (e.is(Errno.EAGAIN)) {
                    return at;
                }
                throw e;
            }
        }
        return wanted.size();
    }

    /** Copies of all that the shim holds, in the order of their numbers. */
    static List<Fd> fetch(Kernel kernel, Fd shim, long shimPid) {
        List<Fd> copies = new ArrayList<>();
        for (int number : numbers(shimPid)) {
            try {
                copies.add(kernel.processes().copyDescriptor(shim, number));
            } catch (SyscallException e) {
                if (e.is(Errno.ESRCH)) {
                    break; // it ends at this moment, and nobody needs them any more
                }
                copies.forEach(Fd::close);
                log.warn("cannot take back descriptor {} of shim {}: {}", number, shimPid, e.getMessage());
                return List.of();
            }
        }
        return copies;
    }

    private static List<Integer> numbers(long shimPid) {
        List<Integer> numbers = new ArrayList<>();
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + shimPid + "/fd"))) {
            for (Path one : open) {
                int number = Integer.parseInt(one.getFileName().toString());
                if (number >= ShimProtocol.HELD_FIRST && number < ShimProtocol.HELD_FIRST + ShimProtocol.HELD_MOST) {
                    numbers.add(number);
                }
            }
        } catch (IOException e) {
            log.debug("shim {} has gone", shimPid, e);
        }
        numbers.sort(null);
        return numbers;
    }
}
