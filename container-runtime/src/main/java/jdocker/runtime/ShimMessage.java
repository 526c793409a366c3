package jdocker.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import jdocker.kernel.Errno;

/** What a shim says. */
public sealed interface ShimMessage {

    /** @param stream {@link ShimProtocol#STDOUT} or {@link ShimProtocol#STDERR} */
    record Output(int stream, byte[] bytes) implements ShimMessage {}

    /**
     * The process runs; also the first message on every new connection.
     *
     * @param protocol what the shim understands; 1 is a shim that does not say
     */
    record Started(long pid, int protocol) implements ShimMessage {}

    record Failed(LaunchStage stage, int step, Errno errno) implements ShimMessage {}

    /** The last message, after all output. */
    record Exited(ProcessExit exit) implements ShimMessage {}

    /** @param bytes of standard input that the process has taken */
    record Credit(int bytes) implements ShimMessage {}

    /**
     * Reads a payload.
     *
     * @throws IllegalArgumentException if no shim of this version says such a thing
     */
    static ShimMessage decode(int type, byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        int expected = switch (type) {
            case ShimProtocol.STDOUT, ShimProtocol.STDERR -> payload.length;
            case ShimProtocol.STARTED -> payload.length == 4 ? 4 : 8; // the first release's does not name its protocol
            case ShimProtocol.CREDIT -> 4;
            case ShimProtocol.FAILED -> 12;
            case ShimProtocol.EXITED -> 24;
            default -> throw new IllegalArgumentException("shim message of unknown type " + type);
        };
        if (payload.length != expected) {
            throw new IllegalArgumentException("shim message " + type + " with " + payload.length + " bytes");
        }
        return switch (type) {
            case ShimProtocol.STARTED ->
                new Started(Integer.toUnsignedLong(in.getInt()), in.hasRemaining() ? in.getInt() : 1);
            case ShimProtocol.CREDIT -> new Credit(in.getInt());
            case ShimProtocol.FAILED -> new Failed(LaunchStage.of(in.getInt()), in.getInt(), Errno.of(in.getInt()));
            case ShimProtocol.EXITED -> new Exited(exit(in));
            default -> new Output(type, payload);
        };
    }

    private static ProcessExit exit(ByteBuffer in) {
        int code = in.getInt();
        in.getInt(); // the signal: the code says it too
        boolean oomKilled = (in.getInt() & ExitFile.OUT_OF_MEMORY) != 0;
        Instant finishedAt = Instant.ofEpochSecond(in.getLong(), in.getInt());
        return new ProcessExit(code, oomKilled, finishedAt, false);
    }
}
