package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jdocker.kernel.DirEntry;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileType;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.RenameFlag;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallException;
import org.jspecify.annotations.Nullable;

/**
 * Removes a tree by descriptors: no link is followed, no mount crossed, whatever lies in it. Any depth will do: what
 * lies very deep is first moved up, so that neither stack nor descriptors run out.
 */
final class TreeRemoval {
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final int RESOLVE = Resolve.of(Resolve.BENEATH, Resolve.NO_SYMLINKS, Resolve.NO_XDEV);
    private static final int DEEP = 100;

    private final FileCalls files;
    private long budget;
    private @Nullable Fd top;
    private int movedUp;

    private TreeRemoval(FileCalls files, long budget) {
        this.files = files;
        this.budget = budget;
    }

    /** Removes what has this name, if anything has. */
    static void remove(FileCalls files, Fd parent, byte[] name) {
        removeSome(files, parent, name, Long.MAX_VALUE);
    }

    /** Removes up to so many files and directories; false when something is left, for a later call. */
    static boolean removeSome(FileCalls files, Fd parent, byte[] name, long atMost) {
        return new TreeRemoval(files, atMost).entry(parent, name, FileType.UNKNOWN, 0);
    }

    private boolean entry(Fd directory, byte[] name, FileType type, int depth) {
        if (--budget < 0) {
            return false;
        }
        if (type == FileType.DIRECTORY || type == FileType.UNKNOWN) {
            Optional<Fd> opened = open(directory, name);
            if (opened.isPresent()) {
                return tree(directory, name, opened.get(), depth);
            }
        }
        files.unlinkIfPresent(directory, name);
        return true;
    }

    private Optional<Fd> open(Fd directory, byte[] name) {
        return files.openInIfPresent(directory, name, DIRECTORY, 0, RESOLVE);
    }

    private boolean tree(Fd parent, byte[] name, Fd opened, int depth) {
        for (Optional<Fd> directory = Optional.of(opened); directory.isPresent(); directory = open(parent, name)) {
            int before = movedUp;
            if (!directory(directory.get(), depth)) {
                return false;
            }
            if (depth > 0 || movedUp == before) {
                break;
            }
            // Else more has come into the tree's top.
        }
        files.rmdirIfPresent(parent, name);
        return true;
    }

    private boolean directory(Fd directory, int depth) {
        try (directory) {
            if (depth == 0) {
                top = directory;
            }
            // Not all at once, as somebody may have made millions of names to fill our memory.
            for (var entries = files.listNext(directory); !entries.isEmpty(); entries = files.listNext(directory)) {
                for (DirEntry entry : entries) {
                    if (entry.type() == FileType.DIRECTORY && depth == DEEP) {
                        moveUp(directory, entry.name());
                    } else if (!entry(directory, entry.name(), entry.type(), depth + 1)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** Into the tree's top, so that whoever goes on after an interruption finds it. */
    private void moveUp(Fd directory, byte[] name) {
        while (true) {
            byte[] free = ("deep-" + movedUp++).getBytes(StandardCharsets.US_ASCII);
            try {
                files.rename(directory, name, top, free, RenameFlag.NO_REPLACE);
                return;
            } catch (SyscallException e) {
                if (!e.is(Errno.EEXIST)) {
                    throw e;
                }
            }
        }
    }
}
