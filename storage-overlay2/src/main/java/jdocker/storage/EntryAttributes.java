package jdocker.storage;

import java.util.Map;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.Kernel;
import jdocker.kernel.SyscallException;
import jdocker.kernel.Timestamp;
import jdocker.kernel.Xattrs;
import jdocker.storage.TarEntry.TarTime;

/** Gives what was unpacked its owner, attributes, mode and time, in the order in which none undoes another. */
final class EntryAttributes {
    /** The highest id is the kernel's "leave as it is". */
    private static final long HIGHEST_ID = 0xfffffffeL;

    private static final int SET_GID = 02000;
    private static final long LATEST = 1L << 34; // ext4's last second, in the year 2514

    private final FileCalls files;
    private final Xattrs xattrs;
    private boolean inheritsGroups;

    EntryAttributes(Kernel kernel) {
        this.files = kernel.files();
        this.xattrs = kernel.xattrs();
    }

    void apply(Fd file, TarEntry entry) {
        if (needsOwner(entry)) {
            files.chown(file, id(entry.uid(), entry), id(entry.gid(), entry));
        }
        for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
            set(xattr.getKey(), () -> xattrs.set(file, xattr.getKey(), xattr.getValue()));
        }
        files.chmod(file, entry.mode());
        if (entry.type() == EntryType.DIRECTORY && (entry.mode() & SET_GID) != 0) {
            inheritsGroups = true;
        }
    }

    /** For what is not to be opened: links and devices. */
    void applyToName(Fd directory, byte[] name, TarEntry entry) {
        if (needsOwner(entry)) {
            files.chown(directory, name, id(entry.uid(), entry), id(entry.gid(), entry));
        }
        for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
            set(xattr.getKey(), () -> xattrs.set(directory, name, xattr.getKey(), xattr.getValue()));
        }
        if (entry.type() != EntryType.SYMLINK) {
            files.chmod(directory, name, entry.mode());
        }
        Timestamp time = timestamp(entry.modified());
        files.times(directory, name, time, time);
    }

    void setTimes(Fd file, TarTime time) {
        Timestamp timestamp = timestamp(time);
        files.times(file, timestamp, timestamp);
    }

    /** New files belong to root anyway, but beneath a set-group-id directory to its group. */
    private boolean needsOwner(TarEntry entry) {
        return entry.uid() != 0 || entry.gid() != 0 || inheritsGroups || entry.type() == EntryType.DIRECTORY;
    }

    private static int id(long id, TarEntry entry) {
        if (id < 0 || id > HIGHEST_ID) {
            throw new RefusedArchive("'" + entry.label() + "' belongs to the impossible id " + id);
        }
        return (int) id;
    }

    private static void set(String name, Runnable set) {
        if (!Xattr.isAllowed(name)) {
            return;
        }
        try {
            set.run();
        } catch (SyscallException e) {
            // File systems without them, and user.* on what is neither file nor directory.
            boolean bearable = e.is(Errno.EOPNOTSUPP) || e.is(Errno.EPERM) && name.startsWith("user.");
            if (!bearable) {
                throw e;
            }
        }
    }

    private static Timestamp timestamp(TarTime time) {
        boolean possible = time.seconds() >= Integer.MIN_VALUE && time.seconds() < LATEST;
        return possible ? new Timestamp(time.seconds(), time.nanoseconds()) : new Timestamp(0, 0);
    }
}
