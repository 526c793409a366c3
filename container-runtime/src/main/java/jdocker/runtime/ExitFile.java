package jdocker.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What a shim wrote about its process: made before the start with all the room it needs, written once more at the end.
 *
 * @param exit empty while the process runs
 * @param pid of the process, 0 before it was made
 * @param lostLog bytes of log records that found no room
 */
record ExitFile(Optional<ProcessExit> exit, long pid, long lostLog) {
    static final String NAME = "exit";
    static final int OUT_OF_MEMORY = 1;
    private static final long MAGIC = 0x3154_4958_4544_4a00L; // "\0JDEXIT1" in the file
    private static final int SIZE = 64;
    private static final int ENDED = 1;

    /** Empty where there is none, or none of ours: the shim never got so far. */
    static Optional<ExitFile> read(Path runDirectory) {
        byte[] content;
        try {
            content = Files.readAllBytes(runDirectory.resolve(NAME));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the exit file in " + runDirectory, e);
        }
        return decode(content);
    }

    static Optional<ExitFile> decode(byte[] content) {
        ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (content.length != SIZE || in.getLong() != MAGIC) {
            return Optional.empty();
        }
        int state = in.getInt();
        int code = in.getInt();
        in.getInt(); // the signal: the code says it too
        int flags = in.getInt();
        Instant finishedAt = Instant.ofEpochSecond(in.getLong(), in.getInt());
        long pid = Integer.toUnsignedLong(in.getInt());
        long lostLog = in.getLong();
        Optional<ProcessExit> exit = state == ENDED
                ? Optional.of(new ProcessExit(code, (flags & OUT_OF_MEMORY) != 0, finishedAt, false))
                : Optional.empty();
        return Optional.of(new ExitFile(exit, pid, lostLog));
    }
}
