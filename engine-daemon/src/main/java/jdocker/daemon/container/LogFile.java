package jdocker.daemon.container;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;

/**
 * One open file of a log. It stays what it is when rotation gives it another name: the identity is the inode, which
 * cannot be used again while the file is open.
 */
final class LogFile implements AutoCloseable {
    private static final int BLOCK = 64 * 1024;

    private final FileChannel channel;
    private final Object identity;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK);
    private byte[] line = new byte[1024];
    private int lineLength;
    private long position;
    private long end = Long.MAX_VALUE;

    private LogFile(FileChannel channel, Object identity) {
        this.channel = channel;
        this.identity = identity;
        block.limit(0);
    }

    /** Opens a file; empty when there is none. */
    static Optional<LogFile> open(Path path) throws IOException {
        while (true) {
            Optional<Object> before = identity(path);
            if (before.isEmpty()) {
                return Optional.empty();
            }
            FileChannel channel;
            try {
                channel = FileChannel.open(path, StandardOpenOption.READ);
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
            if (identity(path).equals(before)) {
                return Optional.of(new LogFile(channel, before.get()));
            }
            channel.close(); // rotated under our hands
        }
    }

    /** The inode behind a path now; empty when there is none. */
    static Optional<Object> identity(Path path) throws IOException {
        try {
            return Optional.of(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    Object identity() {
        return identity;
    }

    /** What takes the lines of a file; stops when it returns false. */
    @FunctionalInterface
    interface LineTaker {
        boolean take(byte[] line, int length) throws IOException, InterruptedException;
    }

    /** What is written from now on is not read. */
    void endHere() throws IOException {
        end = channel.size();
    }

    /** Hands over whole lines, without their ends, up to the end of the file as it is now; false when stopped. */
    boolean readLines(LineTaker taker) throws IOException, InterruptedException {
        if (channel.size() < position) {
            position = 0; // cut to nothing, which is what rotation of a single file may be
            lineLength = 0;
            block.limit(0);
        }
        while (true) {
            while (block.hasRemaining()) {
                if (completeLine()) {
                    int length = lineLength;
                    lineLength = 0;
                    if (!taker.take(line, length)) {
                        return false;
                    }
                }
            }
            block.clear();
            block.limit(Math.clamp(end - position, 0, BLOCK));
            int read = channel.read(block, position);
            block.flip();
            if (read <= 0) {
                block.limit(0);
                return true;
            }
            position += read;
        }
    }

    // Moves what the block has of the current line into it; true when that is all of it.
    private boolean completeLine() {
        byte[] bytes = block.array();
        int from = block.position();
        int end = from;
        while (end < block.limit() && bytes[end] != '\n') {
            end++;
        }
        int length = end - from;
        if (line.length - lineLength < length) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, lineLength + length));
        }
        System.arraycopy(bytes, from, line, lineLength, length);
        lineLength += length;
        boolean whole = end < block.limit();
        block.position(whole ? end + 1 : end);
        return whole;
    }

    /**
     * Goes to where the last records begin.
     *
     * @return how many records the file lacks: 0 when it has them all
     */
    long seekTail(long records) throws IOException {
        long end = Math.min(channel.size(), this.end);
        long missing = records;
        byte[] bytes = block.array();
        while (end > 0) {
            int length = (int) Math.min(BLOCK, end);
            long start = end - length;
            ByteBuffer window = ByteBuffer.wrap(bytes, 0, length);
            while (window.hasRemaining()) {
                if (channel.read(window, start + window.position()) <= 0) {
                    break;
                }
            }
            for (int i = length - 1; i >= 0; i--) {
                if (bytes[i] == '\n' && missing-- == 0) {
                    seek(start + i + 1);
                    return 0;
                }
            }
            end = start;
        }
        seek(0);
        return Math.max(missing, 0);
    }

    void seekEnd() throws IOException {
        seekTail(0);
    }

    private void seek(long where) {
        position = where;
        lineLength = 0;
        block.limit(0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
