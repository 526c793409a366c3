package jdocker.kernel;

import static jdocker.kernel.Names.in;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link FileCalls} by the running kernel. */
final class LinuxFiles implements FileCalls {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final byte[] EMPTY = {};
    /** A rename elsewhere on the machine may make openat2 give up (EAGAIN) although nothing is wrong. */
    private static final int LOOKUP_TRIES = 128;

    private static final int PATH_MAX = 4096;
    private static final long FS_IOC_GETFLAGS = 0x80086601L;
    private static final long FS_IOC_SETFLAGS = 0x40086602L;
    private static final int FS_TOPDIR_FL = 0x20000;

    private final Calls calls;

    LinuxFiles(Calls calls) {
        this.calls = calls;
    }

    /** The number of a directory for the *at calls. */
    static long at(@Nullable Fd directory) {
        return directory == null ? AT_FDCWD : directory.number();
    }

    @Override
    public Fd open(@Nullable Fd directory, byte[] path, int flags, int mode) {
        try (Scratch s = calls.scratch()) {
            long all = flags | OpenFlag.CLOSE_ON_EXEC.bits();
            long fd = calls.call(SyscallNumber.OPENAT, at(directory), s.path(path), all, mode);
            if (fd < 0) {
                throw SyscallException.of(SyscallNumber.OPENAT, fd, in(directory, path));
            }
            return new Fd((int) fd);
        }
    }

    @Override
    public Fd openIn(Fd root, byte[] path, int flags, int mode, int resolve) {
        long fd = openat2(root, path, flags, mode, resolve);
        if (fd < 0) {
            throw SyscallException.of(SyscallNumber.OPENAT2, fd, in(root, path));
        }
        return new Fd((int) fd);
    }

    @Override
    public Optional<Fd> openInIfPresent(Fd root, byte[] path, int flags, int mode, int resolve) {
        long fd = openat2(root, path, flags, mode, resolve);
        if (fd == -Errno.ENOENT.number() || fd == -Errno.ENOTDIR.number() || fd == -Errno.ELOOP.number()) {
            return Optional.empty();
        }
        if (fd < 0) {
            throw SyscallException.of(SyscallNumber.OPENAT2, fd, in(root, path));
        }
        return Optional.of(new Fd((int) fd));
    }

    private long openat2(Fd root, byte[] path, int flags, int mode, int resolve) {
        try (Scratch s = calls.scratch()) {
            int how = s.room(24);
            s.putLong(how, (flags | OpenFlag.CLOSE_ON_EXEC.bits()) & 0xffffffffL);
            s.putLong(how + 8, mode);
            s.putLong(how + 16, resolve);
            long name = s.path(path);
            long fd;
            int tries = 0;
            do {
                fd = calls.call(SyscallNumber.OPENAT2, root.number(), name, s.address(how), 24);
            } while (fd == -Errno.EAGAIN.number() && ++tries < LOOKUP_TRIES);
            return fd;
        }
    }

    @Override
    public void mkdir(@Nullable Fd directory, byte[] name, int mode) {
        check(SyscallNumber.MKDIRAT, makeDirectory(directory, name, mode), directory, name);
    }

    @Override
    public boolean mkdirIfAbsent(@Nullable Fd directory, byte[] name, int mode) {
        return done(Errno.EEXIST, SyscallNumber.MKDIRAT, makeDirectory(directory, name, mode), directory, name);
    }

    private long makeDirectory(@Nullable Fd directory, byte[] name, int mode) {
        try (Scratch s = calls.scratch()) {
            return calls.call(SyscallNumber.MKDIRAT, at(directory), s.path(name), mode);
        }
    }

    @Override
    public void mknod(@Nullable Fd directory, byte[] name, int mode, Device device) {
        try (Scratch s = calls.scratch()) {
            long rc = calls.call(SyscallNumber.MKNODAT, at(directory), s.path(name), mode, device.encoded());
            check(SyscallNumber.MKNODAT, rc, directory, name);
        }
    }

    @Override
    public void symlink(byte[] target, @Nullable Fd directory, byte[] name) {
        try (Scratch s = calls.scratch()) {
            long rc = calls.call(SyscallNumber.SYMLINKAT, s.path(target), at(directory), s.path(name));
            check(SyscallNumber.SYMLINKAT, rc, directory, name);
        }
    }

    @Override
    public void link(@Nullable Fd fromDirectory, byte[] from, @Nullable Fd toDirectory, byte[] to) {
        try (Scratch s = calls.scratch()) {
            check(
                    SyscallNumber.LINKAT,
                    calls.call(SyscallNumber.LINKAT, at(fromDirectory), s.path(from), at(toDirectory), s.path(to), 0),
                    toDirectory,
                    to);
        }
    }

    @Override
    public void linkFd(Fd file, @Nullable Fd directory, byte[] name) {
        try (Scratch s = calls.scratch()) {
            // AT_EMPTY_PATH wants CAP_DAC_READ_SEARCH and says ENOENT without it; the magic link does not.
            long from = s.path(Names.of(file));
            long rc = calls.call(SyscallNumber.LINKAT, AT_FDCWD, from, at(directory), s.path(name), AT_SYMLINK_FOLLOW);
            check(SyscallNumber.LINKAT, rc, directory, name);
        }
    }

    @Override
    public void unlink(@Nullable Fd directory, byte[] name) {
        check(SyscallNumber.UNLINKAT, remove(directory, name, 0), directory, name);
    }

    @Override
    public boolean unlinkIfPresent(@Nullable Fd directory, byte[] name) {
        return done(Errno.ENOENT, SyscallNumber.UNLINKAT, remove(directory, name, 0), directory, name);
    }

    @Override
    public void rmdir(@Nullable Fd directory, byte[] name) {
        check(SyscallNumber.UNLINKAT, remove(directory, name, AT_REMOVEDIR), directory, name);
    }

    @Override
    public boolean rmdirIfPresent(@Nullable Fd directory, byte[] name) {
        return done(Errno.ENOENT, SyscallNumber.UNLINKAT, remove(directory, name, AT_REMOVEDIR), directory, name);
    }

    private long remove(@Nullable Fd directory, byte[] name, int flags) {
        try (Scratch s = calls.scratch()) {
            return calls.call(SyscallNumber.UNLINKAT, at(directory), s.path(name), flags);
        }
    }

    @Override
    public void rename(
            @Nullable Fd fromDirectory, byte[] from, @Nullable Fd toDirectory, byte[] to, RenameFlag... flags) {
        try (Scratch s = calls.scratch()) {
            long rc = calls.call(
                    SyscallNumber.RENAMEAT2,
                    at(fromDirectory),
                    s.path(from),
                    at(toDirectory),
                    s.path(to),
                    RenameFlag.of(flags));
            if (rc < 0) {
                String both = in(fromDirectory, from) + " to " + in(toDirectory, to);
                throw SyscallException.of(SyscallNumber.RENAMEAT2, rc, both);
            }
        }
    }

    @Override
    public byte[] readlink(@Nullable Fd directory, byte[] name) {
        try (Scratch s = calls.scratch()) {
            int target = s.room(PATH_MAX);
            long length =
                    calls.call(SyscallNumber.READLINKAT, at(directory), s.path(name), s.address(target), PATH_MAX);
            check(SyscallNumber.READLINKAT, length, directory, name);
            return s.copy(target, (int) length);
        }
    }

    @Override
    public void chown(@Nullable Fd directory, byte[] name, int uid, int gid) {
        changeOwner(directory, name, uid, gid, AT_SYMLINK_NOFOLLOW);
    }

    @Override
    public void chown(Fd file, int uid, int gid) {
        changeOwner(file, EMPTY, uid, gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
    }

    private void changeOwner(@Nullable Fd directory, byte[] name, int uid, int gid, int flags) {
        try (Scratch s = calls.scratch()) {
            long rc = calls.call(SyscallNumber.FCHOWNAT, at(directory), s.path(name), uid, gid, flags);
            check(SyscallNumber.FCHOWNAT, rc, directory, name);
        }
    }

    @Override
    public void chmod(@Nullable Fd directory, byte[] name, int mode) {
        try (Scratch s = calls.scratch()) {
            long rc = calls.call(SyscallNumber.FCHMODAT2, at(directory), s.path(name), mode, AT_SYMLINK_NOFOLLOW);
            if (rc == -Errno.ENOSYS.number()) {
                chmodByDescriptor(directory, name, mode); // before Linux 6.6
            } else {
                check(SyscallNumber.FCHMODAT2, rc, directory, name);
            }
        }
    }

    private void chmodByDescriptor(@Nullable Fd directory, byte[] name, int mode) {
        try (Fd file = open(directory, name, OpenFlag.of(OpenFlag.PATH, OpenFlag.NO_FOLLOW), 0)) {
            if (status(file).isSymlink()) {
                throw new SyscallException("fchmodat", in(directory, name), Errno.EOPNOTSUPP);
            }
            chmodByLink(file, mode);
        }
    }

    @Override
    public void chmod(Fd file, int mode) {
        long rc = calls.call(SyscallNumber.FCHMOD, file.number(), mode);
        if (rc == -Errno.EBADF.number()) {
            chmodByLink(file, mode); // opened with PATH
        } else {
            check(SyscallNumber.FCHMOD, rc, file, EMPTY);
        }
    }

    private void chmodByLink(Fd file, int mode) {
        try (Scratch s = calls.scratch()) {
            long rc = calls.call(SyscallNumber.FCHMODAT, AT_FDCWD, s.path(Names.of(file)), mode);
            check(SyscallNumber.FCHMODAT, rc, file, EMPTY);
        }
    }

    @Override
    public void times(@Nullable Fd directory, byte[] name, Timestamp accessed, Timestamp modified) {
        setTimes(directory, name, accessed, modified, AT_SYMLINK_NOFOLLOW);
    }

    @Override
    public void times(Fd file, Timestamp accessed, Timestamp modified) {
        setTimes(file, EMPTY, accessed, modified, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
    }

    private void setTimes(@Nullable Fd directory, byte[] name, Timestamp accessed, Timestamp modified, int flags) {
        try (Scratch s = calls.scratch()) {
            int at = s.room(32);
            s.putLong(at, accessed.seconds()).putLong(at + 8, accessed.nanoseconds());
            s.putLong(at + 16, modified.seconds()).putLong(at + 24, modified.nanoseconds());
            long rc = calls.call(SyscallNumber.UTIMENSAT, at(directory), s.path(name), s.address(at), flags);
            check(SyscallNumber.UTIMENSAT, rc, directory, name);
        }
    }

    @Override
    public FileStatus status(Fd file) {
        return status(file, EMPTY, AT_EMPTY_PATH).orElseThrow(() -> gone(file, EMPTY));
    }

    @Override
    public FileStatus status(@Nullable Fd directory, byte[] name) {
        return statusIfPresent(directory, name).orElseThrow(() -> gone(directory, name));
    }

    @Override
    public Optional<FileStatus> statusIfPresent(@Nullable Fd directory, byte[] name) {
        return status(directory, name, 0);
    }

    private Optional<FileStatus> status(@Nullable Fd directory, byte[] name, int flags) {
        try (Scratch s = calls.scratch()) {
            int at = s.room(Statx.SIZE);
            long rc = calls.call(
                    SyscallNumber.STATX,
                    at(directory),
                    s.path(name),
                    flags | AT_SYMLINK_NOFOLLOW,
                    Statx.WANTED,
                    s.address(at));
            if (rc == -Errno.ENOENT.number() || rc == -Errno.ENOTDIR.number()) {
                return Optional.empty();
            }
            check(SyscallNumber.STATX, rc, directory, name);
            return Optional.of(Statx.read(s, at));
        }
    }

    private static SyscallException gone(@Nullable Fd directory, byte[] name) {
        return new SyscallException("statx", in(directory, name), Errno.ENOENT);
    }

    @Override
    public long fsMagic(Fd file) {
        try (Scratch s = calls.scratch()) {
            int at = s.room(120);
            check(SyscallNumber.FSTATFS, calls.call(SyscallNumber.FSTATFS, file.number(), s.address(at)), file, EMPTY);
            return s.getLong(at);
        }
    }

    @Override
    public boolean spreadDirectories(Fd directory) {
        try (Scratch s = calls.scratch()) {
            int at = s.struct(Long.BYTES); // the kernel reads and writes an int, whatever the numbers say
            if (calls.call(SyscallNumber.IOCTL, directory.number(), FS_IOC_GETFLAGS, s.address(at)) < 0) {
                return false;
            }
            if ((s.getInt(at) & FS_TOPDIR_FL) != 0) {
                return true;
            }
            s.putInt(at, s.getInt(at) | FS_TOPDIR_FL);
            return calls.call(SyscallNumber.IOCTL, directory.number(), FS_IOC_SETFLAGS, s.address(at)) == 0;
        }
    }

    @Override
    public List<DirEntry> list(Fd directory) {
        check(SyscallNumber.LSEEK, calls.call(SyscallNumber.LSEEK, directory.number(), 0, 0), directory, EMPTY);
        List<DirEntry> entries = new ArrayList<>();
        while (read(directory, entries)) {
            // until the end
        }
        return entries;
    }

    @Override
    public List<DirEntry> listNext(Fd directory) {
        List<DirEntry> entries = new ArrayList<>();
        while (entries.isEmpty() && read(directory, entries)) {
            // the first batch may be nothing but dots
        }
        return entries;
    }

    /** False at the end of the directory. */
    private boolean read(Fd directory, List<DirEntry> entries) {
        try (Scratch s = calls.scratch()) {
            int size = 32 * 1024;
            int at = s.room(size);
            long length = calls.call(SyscallNumber.GETDENTS64, directory.number(), s.address(at), size);
            check(SyscallNumber.GETDENTS64, length, directory, EMPTY);
            Dirents.read(s, at, (int) length, entries);
            return length > 0;
        }
    }

    private static void check(SyscallNumber call, long result, @Nullable Fd directory, byte[] name) {
        if (result < 0) {
            throw SyscallException.of(call, result, name.length == 0 ? "fd " + directory : in(directory, name));
        }
    }

    /** Whether the call did it; false for the one error that says there was nothing to do. */
    private static boolean done(Errno nothing, SyscallNumber call, long result, @Nullable Fd directory, byte[] name) {
        if (result == -nothing.number()) {
            return false;
        }
        check(call, result, directory, name);
        return true;
    }
}
