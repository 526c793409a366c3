package jdocker.kernel;

/**
 * What statx(2) tells of a file.
 *
 * @param mode type and permissions
 * @param size in bytes
 * @param blocks of 512 bytes really held
 * @param device the file system's device
 * @param special the device that a device node stands for
 * @param mountId of the mount that the file was reached through, 0 where the kernel (before 5.8) does not tell
 */
public record FileStatus(
        int mode,
        int uid,
        int gid,
        long size,
        long blocks,
        long links,
        long inode,
        Device device,
        Device special,
        Timestamp accessed,
        Timestamp modified,
        Timestamp changed,
        long mountId) {

    public FileType type() {
        return FileType.ofMode(mode);
    }

    /** The mode without the type. */
    public int permissions() {
        return mode & 07777;
    }

    public boolean isDirectory() {
        return type() == FileType.DIRECTORY;
    }

    public boolean isRegular() {
        return type() == FileType.REGULAR;
    }

    public boolean isSymlink() {
        return type() == FileType.SYMLINK;
    }

    /** Whether both are the same file, by device and inode. */
    public boolean sameFile(FileStatus other) {
        return inode == other.inode && device.equals(other.device);
    }
}
