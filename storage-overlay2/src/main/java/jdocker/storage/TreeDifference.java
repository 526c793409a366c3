package jdocker.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import jdocker.kernel.Fd;
import jdocker.kernel.FileData;
import jdocker.kernel.FileStatus;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.storage.FileChange.Kind;

/**
 * Compares what two chains of layers show, without mounting them: by kind, mode, owner and content. Times do not count, as
 * they tell of the making, not of what was made. Used once.
 */
final class TreeDifference {
    private static final int READ = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.NO_FOLLOW);
    private static final int CHUNK = 256 * 1024;
    private static final int MOST = 1_000_000;

    private final FileData data;
    private final LowerDirectories before;
    private final LowerDirectories after;
    private final List<FileDifference> found = new ArrayList<>();
    private final ByteBuffer left = ByteBuffer.allocateDirect(CHUNK);
    private final ByteBuffer right = ByteBuffer.allocateDirect(CHUNK);

    TreeDifference(Kernel kernel, LowerDirectories before, LowerDirectories after) {
        this.data = kernel.data();
        this.before = before;
        this.after = after;
    }

    /** Sorted: a directory before what is in it. */
    List<FileDifference> find() {
        directory(new byte[0], true, true);
        return found;
    }

    private void directory(byte[] path, boolean inBefore, boolean inAfter) {
        var names = new TreeSet<String>(); // one character a byte, hence in the order of the bytes
        if (inBefore) {
            names.addAll(before.names(path));
        }
        if (inAfter) {
            names.addAll(after.names(path));
        }
        for (String name : names) {
            entry(EntryPath.child(path, name.getBytes(StandardCharsets.ISO_8859_1)), inBefore, inAfter);
        }
    }

    private void entry(byte[] path, boolean inBefore, boolean inAfter) {
        Optional<FileStatus> old = inBefore ? before.status(path) : Optional.empty();
        Optional<FileStatus> young = inAfter ? after.status(path) : Optional.empty();
        if (old.isEmpty() && young.isEmpty()) {
            return;
        }
        if (old.isEmpty()) {
            add(path, Kind.ADDED, old, young);
        } else if (young.isEmpty()) {
            add(path, Kind.DELETED, old, young);
        } else if (differ(path, old.get(), young.get())) {
            add(path, Kind.MODIFIED, old, young);
        }
        boolean oldDirectory = old.filter(FileStatus::isDirectory).isPresent();
        boolean youngDirectory = young.filter(FileStatus::isDirectory).isPresent();
        if (oldDirectory || youngDirectory) {
            directory(path, oldDirectory, youngDirectory);
        }
    }

    private void add(byte[] path, Kind kind, Optional<FileStatus> old, Optional<FileStatus> young) {
        if (found.size() >= MOST) {
            throw new UnarchivableTree("the images differ in more than " + MOST + " files");
        }
        found.add(new FileDifference("/" + new String(path, StandardCharsets.UTF_8), kind, size(old), size(young)));
    }

    private static long size(Optional<FileStatus> status) {
        return status.filter(FileStatus::isRegular).map(FileStatus::size).orElse(0L);
    }

    private boolean differ(byte[] path, FileStatus old, FileStatus young) {
        if (old.mode() != young.mode()
                || old.uid() != young.uid()
                || old.gid() != young.gid()
                || !old.special().equals(young.special())) {
            return true;
        }
        if (old.sameFile(young)) {
            return false; // of a layer that both have
        }
        return switch (old.type()) {
            case REGULAR -> old.size() != young.size() || !sameContent(path);
            case SYMLINK -> !Arrays.equals(before.target(path), after.target(path));
            case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET, UNKNOWN -> false;
        };
    }

    private boolean sameContent(byte[] path) {
        try (Fd old = before.open(path, READ);
                Fd young = after.open(path, READ)) {
            for (long at = 0; ; ) {
                int n = data.read(old, left.clear(), at);
                int m = data.read(young, right.clear(), at);
                if (n != m) {
                    return false;
                }
                if (n < 0) {
                    return true;
                }
                if (!left.flip().equals(right.flip())) {
                    return false;
                }
                at += n;
            }
        }
    }
}
