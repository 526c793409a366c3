package jdocker.storage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jdocker.kernel.Device;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileData;
import jdocker.kernel.FileStatus;
import jdocker.kernel.FileType;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallException;
import jdocker.storage.TarEntry.SparseSegment;
import jdocker.storage.TarEntry.TarTime;

/**
 * Unpacks one untrusted archive beneath a directory: a layer, or what is copied into a container. Names are resolved by the kernel with that directory as the root; the
 * last component is never followed; nothing is opened that was not just made. Used once.
 */
final class LayerUnpacker implements AutoCloseable {
    private static final int NEW_FILE =
            OpenFlag.of(OpenFlag.WRITE_ONLY, OpenFlag.CREATE, OpenFlag.EXCLUSIVE, OpenFlag.NO_FOLLOW);
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final int MEET_DIRECTORY = OpenFlag.of(OpenFlag.PATH, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    static final int IN_ROOT = Resolve.of(Resolve.IN_ROOT, Resolve.NO_MAGICLINKS);
    private static final long MOST_HEADERS = 4096; // bytes of an entry, on average
    private static final int CHUNK = 256 * 1024;
    private static final int LEAST_HOLE = 64 * 1024;
    private static final byte[] ZEROS = new byte[CHUNK];
    private static final int REMEMBERED_PATHS = 32 * 1024 * 1024;
    private static final long HIGHEST_MAJOR = 0xfff;
    private static final long HIGHEST_MINOR = 0xfffff;
    /** Failures that are not the archive's fault. */
    private static final Set<Errno> HOST_FAILURES = Set.of(
            Errno.ENOSPC, Errno.EDQUOT, Errno.EIO, Errno.ENOMEM, Errno.EMFILE, Errno.ENFILE, Errno.EROFS, Errno.EINTR);

    private final FileCalls files;
    private final FileData data;
    private final Fd root;
    private final UnpackLimits limits;
    private final UnpackPolicy policy;
    private final Whiteouts whiteouts;
    private final ParentDirectories parents;
    private final EntryAttributes attributes;
    private final byte[] chunk = new byte[CHUNK];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(CHUNK);
    private final List<DirectoryTime> directoryTimes = new ArrayList<>();
    private int rememberedPaths;
    private long entries;
    private long bytes;
    private boolean rootDescribed;

    private record DirectoryTime(byte[] path, TarTime time) {}

    /**
     * @param implied directories that no entry named
     * @param rootDescribed whether an entry gave the root its attributes
     */
    record Unpacked(long bytes, List<byte[]> implied, boolean rootDescribed) {}

    LayerUnpacker(Kernel kernel, Fd root, UnpackLimits limits, UnpackPolicy policy) {
        this.files = kernel.files();
        this.data = kernel.data();
        this.root = root;
        this.limits = limits;
        this.policy = policy;
        this.whiteouts = new Whiteouts(kernel.files(), kernel.xattrs());
        this.parents = new ParentDirectories(files, root, whiteouts);
        this.attributes = new EntryAttributes(kernel);
    }

    /** Unpacks everything; on any failure the caller removes what is there. */
    Unpacked unpack(TarReader tar) {
        for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            checkSize();
            unpack(entry.get(), tar);
        }
        tar.drain();
        checkSize();
        setDirectoryTimes();
        return new Unpacked(bytes, List.copyOf(parents.implied()), rootDescribed);
    }

    /** Headers and padding take room too. */
    private void checkSize() {
        if (policy.tarSize() > limits.bytes() + limits.entries() * MOST_HEADERS) {
            throw new RefusedArchive("the archive is larger than " + limits.bytes() + " bytes");
        }
    }

    private void unpack(TarEntry read, TarReader tar) {
        if (++entries > limits.entries()) {
            throw new RefusedArchive("the archive has more than " + limits.entries() + " entries");
        }
        TarEntry entry = policy.adapt(read);
        EntryPath named = EntryPath.of(entry.name());
        EntryPath path = policy.place(named);
        try {
            if (named.isRoot()) {
                describeRoot(entry);
            } else if (!policy.isLayer() || !Whiteouts.isBookKeeping(path)) {
                Fd parent = parents.make(path.parent());
                if (policy.isLayer() && Whiteouts.isMark(path.base())) {
                    whiteouts.apply(parent, path);
                } else {
                    make(entry, path, parent, tar);
                }
            }
        } catch (SyscallException e) {
            if (HOST_FAILURES.contains(e.errno())) {
                throw e;
            }
            throw new RefusedArchive("cannot unpack '" + path.label() + "': " + e.getMessage());
        }
    }

    private void describeRoot(TarEntry entry) {
        if (entry.type() != EntryType.DIRECTORY) {
            throw new RefusedArchive("the archive's root is no directory");
        }
        if (!policy.isLayer()) {
            return; // the directory that is copied into stays as it is
        }
        attributes.apply(root, entry);
        rootDescribed = true;
        remember(new byte[0], entry.modified());
    }

    private void make(TarEntry entry, EntryPath path, Fd parent, TarReader tar) {
        switch (entry.type()) {
            case FILE -> makeFile(entry, path, parent, tar);
            case DIRECTORY -> makeDirectory(entry, path, parent);
            case SYMLINK -> {
                checkTarget(entry, path);
                replacing(parent, path, () -> files.symlink(entry.linkName(), parent, path.base()));
                attributes.applyToName(parent, path.base(), entry);
            }
            case HARD_LINK -> makeHardLink(entry, path, parent);
            case CHARACTER_DEVICE -> makeNode(entry, path, parent, FileType.CHARACTER_DEVICE, device(entry, path));
            case BLOCK_DEVICE -> makeNode(entry, path, parent, FileType.BLOCK_DEVICE, device(entry, path));
            case FIFO -> makeNode(entry, path, parent, FileType.FIFO, Device.NONE);
        }
    }

    private void makeFile(TarEntry entry, EntryPath path, Fd parent, TarReader tar) {
        bytes += tar.remaining();
        if (bytes > limits.bytes()) {
            throw new RefusedArchive("the archive's files are larger than " + limits.bytes() + " bytes");
        }
        try (Fd file = create(parent, path)) {
            if (entry.sparse()) {
                writeSparse(entry, path, file, tar);
            } else {
                policy.content(path, 0, entry.size());
                writeWhole(entry, file, tar);
            }
            // Last, as writing takes away capabilities and set-user-id, and changes the time.
            attributes.apply(file, entry);
            attributes.setTimes(file, entry.modified());
        }
    }

    private Fd create(Fd parent, EntryPath path) {
        try {
            return files.open(parent, path.base(), NEW_FILE, 0600);
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            clear(parent, path, false);
            return files.open(parent, path.base(), NEW_FILE, 0600);
        }
    }

    private void writeWhole(TarEntry entry, Fd file, TarReader tar) {
        long at = 0;
        boolean hole = false;
        for (int n = tar.read(chunk, 0, CHUNK); n >= 0; n = tar.read(chunk, 0, CHUNK)) {
            hole = n >= LEAST_HOLE && isZero(n);
            if (!hole) {
                data.write(file, direct.clear().put(chunk, 0, n).flip(), at);
            }
            at += n;
        }
        if (hole) {
            data.truncate(file, entry.size());
        }
    }

    /** Tars seldom tell of holes, hence what sparse files are is told by their zeros. */
    private boolean isZero(int length) {
        return chunk[0] == 0 && Arrays.mismatch(chunk, 0, length, ZEROS, 0, length) < 0;
    }

    private void writeSparse(TarEntry entry, EntryPath path, Fd file, TarReader tar) {
        for (SparseSegment segment : entry.segments()) {
            policy.content(path, segment.offset(), segment.length());
            long at = segment.offset();
            long end = at + segment.length();
            while (at < end) {
                int n = tar.read(chunk, 0, (int) Math.min(CHUNK, end - at));
                data.write(file, direct.clear().put(chunk, 0, n).flip(), at);
                at += n;
            }
        }
        data.truncate(file, entry.size());
    }

    private void makeDirectory(TarEntry entry, EntryPath path, Fd parent) {
        if (!whiteouts.makeDirectory(parent, path.base(), 0700)
                && !files.status(parent, path.base()).isDirectory()) {
            clear(parent, path, true);
            files.mkdir(parent, path.base(), 0700);
        }
        byte[] whole = path.whole();
        Fd directory = files.open(parent, path.base(), DIRECTORY, 0);
        parents.remember(whole, directory);
        parents.explicit(whole);
        attributes.apply(directory, entry);
        remember(whole, entry.modified());
    }

    private void makeHardLink(TarEntry entry, EntryPath path, Fd parent) {
        EntryPath target = policy.place(EntryPath.of(entry.linkName()));
        Fd targetParent = parents.find(target.parent()).orElseThrow(() -> missing(path, target));
        FileStatus status = target.isRoot()
                ? files.status(root)
                : files.statusIfPresent(targetParent, target.base()).orElseThrow(() -> missing(path, target));
        if (status.isDirectory() || policy.isLayer() && Whiteouts.isWhiteout(status)) {
            throw new RefusedArchive(
                    "'" + path.label() + "' is a hard link to '" + target.label() + "', which is no file");
        }
        if (targetParent == parent && Arrays.equals(target.base(), path.base())) {
            return; // to itself
        }
        // Clearing the way may close the target's directory, hence it is asked for again.
        replacing(parent, path, () -> {
            Fd from = parents.find(target.parent()).orElseThrow(() -> missing(path, target));
            files.link(from, target.base(), parent, path.base());
        });
    }

    private static RefusedArchive missing(EntryPath path, EntryPath target) {
        return new RefusedArchive(
                "'" + path.label() + "' is a hard link to '" + target.label() + "', which the archive does not hold");
    }

    private static void checkTarget(TarEntry entry, EntryPath path) {
        int length = entry.linkName().length;
        if (length == 0 || length >= EntryPath.MAX_PATH) {
            throw new RefusedArchive("'" + path.label() + "' is a link with a target of " + length + " bytes");
        }
    }

    private static Device device(TarEntry entry, EntryPath path) {
        long major = entry.deviceMajor();
        long minor = entry.deviceMinor();
        boolean whiteout = entry.type() == EntryType.CHARACTER_DEVICE && major == 0 && minor == 0;
        if (whiteout || major < 0 || major > HIGHEST_MAJOR || minor < 0 || minor > HIGHEST_MINOR) {
            throw new RefusedArchive("'" + path.label() + "' is a device " + major + ":" + minor
                    + (whiteout ? ", which means removed" : ", out of range"));
        }
        return new Device((int) major, (int) minor);
    }

    private void makeNode(TarEntry entry, EntryPath path, Fd parent, FileType type, Device device) {
        replacing(parent, path, () -> files.mknod(parent, path.base(), type.bits() | 0600, device));
        attributes.applyToName(parent, path.base(), entry);
    }

    /** Makes something, after removing what has the name if anything has. */
    private void replacing(Fd parent, EntryPath path, Runnable make) {
        try {
            make.run();
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            clear(parent, path, false);
            make.run();
        }
    }

    private void clear(Fd parent, EntryPath path, boolean forDirectory) {
        FileStatus status = files.status(parent, path.base());
        policy.clear(parent, path, status, forDirectory);
        if (!status.isRegular()) {
            parents.forget(path.parent(), parent); // others may have been reached over it
        }
    }

    /** A directory's time changes with every name made in it, so that it can only be set at the end. */
    private void remember(byte[] path, TarTime time) {
        directoryTimes.add(new DirectoryTime(path, time));
        rememberedPaths += path.length + 64;
        if (rememberedPaths > REMEMBERED_PATHS) {
            setDirectoryTimes(); // too early for some, but an archive must not fill our memory
        }
    }

    private void setDirectoryTimes() {
        for (DirectoryTime directory : directoryTimes) {
            if (directory.path.length == 0) {
                attributes.setTimes(root, directory.time);
                continue;
            }
            Optional<Fd> opened = files.openInIfPresent(root, directory.path, MEET_DIRECTORY, 0, IN_ROOT);
            if (opened.isPresent()) {
                try (Fd fd = opened.get()) {
                    attributes.setTimes(fd, directory.time);
                }
            }
        }
        directoryTimes.clear();
        rememberedPaths = 0;
    }

    @Override
    public void close() {
        parents.close();
    }
}
