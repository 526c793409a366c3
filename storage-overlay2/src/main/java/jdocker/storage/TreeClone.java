package jdocker.storage;

import jdocker.kernel.DirEntry;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileStatus;
import jdocker.kernel.FileType;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Timestamp;
import jdocker.kernel.Xattrs;

/**
 * Makes a second layer of the same content: directories anew, everything else as hard links, since nobody changes the
 * files of a layer. An image may hold one layer twice, in two places of its chain.
 */
final class TreeClone {
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);

    private final FileCalls files;
    private final Xattrs xattrs;

    TreeClone(Kernel kernel) {
        this.files = kernel.files();
        this.xattrs = kernel.xattrs();
    }

    /** Fills an empty directory. Depth is bounded by the length of names in archives. */
    void copy(Fd from, Fd to) {
        for (var entries = files.listNext(from); !entries.isEmpty(); entries = files.listNext(from)) {
            for (DirEntry entry : entries) {
                byte[] name = entry.name();
                if (entry.type() == FileType.DIRECTORY) {
                    files.mkdir(to, name, 0700);
                    try (Fd source = files.open(from, name, DIRECTORY, 0);
                            Fd target = files.open(to, name, DIRECTORY, 0)) {
                        copy(source, target);
                    }
                } else {
                    files.link(from, name, to, name);
                }
            }
        }
        FileStatus status = files.status(from);
        files.chown(to, status.uid(), status.gid());
        for (String name : xattrs.list(from)) {
            xattrs.get(from, name).ifPresent(value -> xattrs.set(to, name, value));
        }
        files.chmod(to, status.permissions());
        files.times(to, Timestamp.OMIT, status.modified());
    }
}
