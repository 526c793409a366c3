package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import jdocker.kernel.Device;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileStatus;
import jdocker.kernel.FileType;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Xattrs;

/**
 * Turns an archive's marks of removal ({@code .wh.name}, {@code .wh..wh..opq}) into overlayfs's: a character device 0:0,
 * an attribute. They hide what lower layers have, never what this layer itself brings, whichever comes first.
 */
final class Whiteouts {
    static final byte[] PREFIX = ".wh.".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] META_PREFIX = ".wh..wh.".getBytes(StandardCharsets.US_ASCII);
    static final byte[] OPAQUE = ".wh..wh..opq".getBytes(StandardCharsets.US_ASCII);
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);

    private final FileCalls files;
    private final Xattrs xattrs;

    Whiteouts(FileCalls files, Xattrs xattrs) {
        this.files = files;
        this.xattrs = xattrs;
    }

    static boolean isMark(byte[] base) {
        return startsWith(base, 0, PREFIX);
    }

    /** Book-keeping of aufs, at the top of old archives. */
    static boolean isBookKeeping(EntryPath path) {
        byte[] whole = path.whole();
        return startsWith(whole, 0, META_PREFIX) && !Arrays.equals(path.base(), OPAQUE);
    }

    static boolean isWhiteout(FileStatus status) {
        return status.type() == FileType.CHARACTER_DEVICE && status.special().equals(Device.NONE);
    }

    /** Carries out the mark of this name. */
    void apply(Fd directory, EntryPath path) {
        if (Arrays.equals(path.base(), OPAQUE)) {
            try (Fd itself = files.open(directory, ".", DIRECTORY, 0)) {
                xattrs.set(itself, Xattr.OPAQUE, Xattr.YES);
            }
            return;
        }
        byte[] hidden = Arrays.copyOfRange(path.base(), PREFIX.length, path.base().length);
        if (hidden.length == 0 || isDots(hidden)) {
            throw new RefusedArchive("'" + path.label() + "' hides no name");
        }
        Optional<FileStatus> present = files.statusIfPresent(directory, hidden);
        if (present.isEmpty()) {
            files.mknod(directory, hidden, FileType.CHARACTER_DEVICE.bits(), Device.NONE);
        } else if (present.get().isDirectory()) {
            makeOpaque(directory, hidden);
        }
    }

    /** Makes a directory, also in place of a whiteout, whose work it then does; false if anything else is there. */
    boolean makeDirectory(Fd directory, byte[] name, int mode) {
        if (files.mkdirIfAbsent(directory, name, mode)) {
            return true;
        }
        if (!isWhiteout(files.status(directory, name))) {
            return false;
        }
        files.unlink(directory, name);
        files.mkdir(directory, name, mode);
        makeOpaque(directory, name);
        return true;
    }

    private void makeOpaque(Fd directory, byte[] name) {
        try (Fd opened = files.open(directory, name, DIRECTORY, 0)) {
            xattrs.set(opened, Xattr.OPAQUE, Xattr.YES);
        }
    }

    private static boolean isDots(byte[] name) {
        return name[0] == '.' && (name.length == 1 || name.length == 2 && name[1] == '.');
    }

    private static boolean startsWith(byte[] name, int from, byte[] prefix) {
        return name.length >= from + prefix.length
                && Arrays.equals(name, from, from + prefix.length, prefix, 0, prefix.length);
    }
}
