package jdocker.kernel;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Files by name and descriptor. A name is bytes (text is encoded as UTF-8) and relative to a directory; with {@code null}
 * for the directory it is relative to the process's. No call follows a symbolic link in the last component unless it
 * says so. Every descriptor is close-on-exec. Failures are {@link SyscallException}s; a NUL in a name is an
 * {@link IllegalArgumentException}.
 */
public interface FileCalls {
    /** openat(2), which follows links: never for a name from a container or archive. */
    Fd open(@Nullable Fd directory, byte[] path, int flags, int mode);

    default Fd open(@Nullable Fd directory, String path, int flags, int mode) {
        return open(directory, Names.bytes(path), flags, mode);
    }

    default Fd open(String path, OpenFlag... flags) {
        return open(null, Names.bytes(path), OpenFlag.of(flags), 0);
    }

    /** openat2(2) with {@link Resolve} bits: the one way to follow a path from a container or archive. */
    Fd openIn(Fd root, byte[] path, int flags, int mode, int resolve);

    default Fd openIn(Fd root, String path, int flags, int mode, int resolve) {
        return openIn(root, Names.bytes(path), flags, mode, resolve);
    }

    /** The same, empty where a component is missing (ENOENT, ENOTDIR) or is a link that may not be followed (ELOOP). */
    Optional<Fd> openInIfPresent(Fd root, byte[] path, int flags, int mode, int resolve);

    /** The mode is subject to the umask. */
    void mkdir(@Nullable Fd directory, byte[] name, int mode);

    default void mkdir(@Nullable Fd directory, String name, int mode) {
        mkdir(directory, Names.bytes(name), mode);
    }

    /** False where the name is taken already, by whatever. */
    boolean mkdirIfAbsent(@Nullable Fd directory, byte[] name, int mode);

    default boolean mkdirIfAbsent(@Nullable Fd directory, String name, int mode) {
        return mkdirIfAbsent(directory, Names.bytes(name), mode);
    }

    /** {@code mode} with the type's bits: {@link FileType#bits}. */
    void mknod(@Nullable Fd directory, byte[] name, int mode, Device device);

    void symlink(byte[] target, @Nullable Fd directory, byte[] name);

    void link(@Nullable Fd fromDirectory, byte[] from, @Nullable Fd toDirectory, byte[] to);

    /** Gives an open file (also one without a name) a name. */
    void linkFd(Fd file, @Nullable Fd directory, byte[] name);

    void unlink(@Nullable Fd directory, byte[] name);

    default void unlink(@Nullable Fd directory, String name) {
        unlink(directory, Names.bytes(name));
    }

    /** False where there is no such name; an existing directory is an error (EISDIR). */
    boolean unlinkIfPresent(@Nullable Fd directory, byte[] name);

    void rmdir(@Nullable Fd directory, byte[] name);

    default void rmdir(@Nullable Fd directory, String name) {
        rmdir(directory, Names.bytes(name));
    }

    /** False where there is no such name. */
    boolean rmdirIfPresent(@Nullable Fd directory, byte[] name);

    void rename(@Nullable Fd fromDirectory, byte[] from, @Nullable Fd toDirectory, byte[] to, RenameFlag... flags);

    /** What the link says, which is bytes and need not be UTF-8. An empty name reads the link that is open as {@code directory}. */
    byte[] readlink(@Nullable Fd directory, byte[] name);

    default byte[] readlink(@Nullable Fd directory, String name) {
        return readlink(directory, Names.bytes(name));
    }

    /** -1 leaves the user or group as it is. */
    void chown(@Nullable Fd directory, byte[] name, int uid, int gid);

    /** Also of a descriptor that was opened with {@link OpenFlag#PATH}. */
    void chown(Fd file, int uid, int gid);

    /** Of a file or directory; a symbolic link has no mode (EOPNOTSUPP). */
    void chmod(@Nullable Fd directory, byte[] name, int mode);

    void chmod(Fd file, int mode);

    void times(@Nullable Fd directory, byte[] name, Timestamp accessed, Timestamp modified);

    void times(Fd file, Timestamp accessed, Timestamp modified);

    /** statx(2) of an open file, also one opened with {@link OpenFlag#PATH}. */
    FileStatus status(Fd file);

    FileStatus status(@Nullable Fd directory, byte[] name);

    default FileStatus status(@Nullable Fd directory, String name) {
        return status(directory, Names.bytes(name));
    }

    /** Empty where there is no such name (ENOENT, ENOTDIR). */
    Optional<FileStatus> statusIfPresent(@Nullable Fd directory, byte[] name);

    default Optional<FileStatus> statusIfPresent(@Nullable Fd directory, String name) {
        return statusIfPresent(directory, Names.bytes(name));
    }

    /** The file system's magic number, linux/magic.h; {@link FileSystem} names those that matter here. */
    long fsMagic(Fd file);

    /**
     * Tells the file system that the directories made in this one have nothing to do with one another, so that it may
     * put them apart on the disk (FS_TOPDIR_FL, chattr(1) {@code +T}).
     *
     * @return false where the file system has no such notion
     */
    boolean spreadDirectories(Fd directory);

    /** All names but {@code .} and {@code ..}, in the kernel's order, from the start whatever was read before. */
    List<DirEntry> list(Fd directory);

    /**
     * The next names, some kilobytes of them, from where the last call on this descriptor ended; empty at the end. For
     * directories that may be huge; what was listed may be removed meanwhile.
     */
    List<DirEntry> listNext(Fd directory);
}
