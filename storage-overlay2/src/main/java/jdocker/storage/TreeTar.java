package jdocker.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import jdocker.kernel.Device;
import jdocker.kernel.DirEntry;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileData;
import jdocker.kernel.FileStatus;
import jdocker.kernel.FileType;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SyscallException;
import jdocker.kernel.Xattrs;
import jdocker.storage.TarEntry.TarTime;

/**
 * Writes a tree that somebody may be changing into a tar, by descriptors, following no link; names in the order of their
 * bytes, so that the same tree gives the same tar. Sockets are left out, as no tar holds them. Used once.
 */
final class TreeTar {
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final int READ =
            OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.NO_FOLLOW, OpenFlag.NON_BLOCK, OpenFlag.NO_CTTY);
    private static final int CHUNK = 256 * 1024;
    private static final int DEEPEST = 1000;
    /** Names sorted at once: a directory of millions must not fill our memory. */
    private static final int SORTED = 200_000;

    private static final int MOST_LINKS = 500_000;
    private static final byte[] NONE = {};
    /** File systems of the kernel's own, whose files have no size: linux/magic.h. */
    private static final Set<Long> KERNELS = Set.of(0x9fa0L, 0x62656572L, 0x27e0ebL, 0x63677270L, 0x1cd1L, 0x19800202L);

    private final FileCalls files;
    private final FileData data;
    private final Xattrs xattrs;
    private final TarWriter tar;
    private final boolean layer;
    private final Map<Inode, byte[]> linked = new HashMap<>();
    private final byte[] chunk = new byte[CHUNK];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(CHUNK);

    private record Inode(Device device, long number) {}

    /** @param layer whether the tree is a writable layer of overlayfs, whose marks are to become those of layers' tars */
    TreeTar(Kernel kernel, TarWriter tar, boolean layer) {
        this.files = kernel.files();
        this.data = kernel.data();
        this.xattrs = kernel.xattrs();
        this.tar = tar;
        this.layer = layer;
    }

    /** What lies beneath a directory, named below the prefix, which is empty or ends with a slash. */
    void contents(Fd directory, byte[] prefix) throws IOException {
        contents(directory, prefix, 0);
    }

    /** A writable layer; of the root itself only what differs from the one beneath. */
    void changes(Fd upper, Optional<FileStatus> beneath) throws IOException {
        FileStatus root = files.status(upper);
        boolean same = beneath.filter(
                        other -> other.mode() == root.mode() && other.uid() == root.uid() && other.gid() == root.gid())
                .isPresent();
        if (!same && beneath.isPresent()) {
            begin(EntryType.DIRECTORY, bytes("./"), root, NONE, attributes(upper));
        }
        contents(upper, NONE);
    }

    /**
     * A writable layer with its root.
     *
     * @throws UnarchivableTree also when the kernel was let to mark renamed directories or bare attributes in it, which only
     *     a mount with the same options could read
     */
    void writable(Fd upper) throws IOException {
        begin(EntryType.DIRECTORY, bytes("./"), files.status(upper), NONE, attributes(upper));
        contents(upper, NONE);
    }

    /** A directory itself under a name, then what lies beneath it. */
    void directory(Fd directory, byte[] name) throws IOException {
        byte[] path = concat(name, new byte[] {'/'});
        begin(EntryType.DIRECTORY, path, files.status(directory), NONE, attributes(directory));
        contents(directory, path, 0);
    }

    /** Whatever has this name in the directory, under a name of the caller's; empty where there is nothing. */
    Optional<FileStatus> entry(Fd parent, byte[] name, byte[] path) throws IOException {
        Optional<FileStatus> status = files.statusIfPresent(parent, name);
        if (status.isPresent()) {
            entry(parent, name, path, status.get(), 0);
        }
        return status;
    }

    private void contents(Fd directory, byte[] prefix, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new UnarchivableTree("'" + TarText.printable(prefix) + "' is nested deeper than " + DEEPEST);
        }
        var names = new ArrayList<byte[]>();
        for (var next = files.listNext(directory); !next.isEmpty(); next = files.listNext(directory)) {
            next.stream().map(DirEntry::name).forEach(names::add);
            if (names.size() >= SORTED) {
                entries(directory, prefix, names, depth);
                names.clear();
            }
        }
        entries(directory, prefix, names, depth);
    }

    private void entries(Fd directory, byte[] prefix, List<byte[]> names, int depth) throws IOException {
        names.sort(Arrays::compareUnsigned);
        for (byte[] name : names) {
            Optional<FileStatus> status = files.statusIfPresent(directory, name);
            if (status.isPresent()) {
                entry(directory, name, concat(prefix, name), status.get(), depth);
            }
        }
    }

    private void entry(Fd parent, byte[] name, byte[] path, FileStatus status, int depth) throws IOException {
        if (layer && Whiteouts.isWhiteout(status)) {
            whiteout(parent(path), concat(Whiteouts.PREFIX, name), status);
            return;
        }
        if (layer && Whiteouts.isMark(name)) {
            throw new UnarchivableTree("'" + TarText.printable(path) + "' has a name that in a layer means: removed");
        }
        try {
            switch (status.type()) {
                case DIRECTORY -> subdirectory(parent, name, path, depth);
                case REGULAR -> file(parent, name, path, status);
                case SYMLINK -> begin(EntryType.SYMLINK, path, status, files.readlink(parent, name), Map.of());
                case CHARACTER_DEVICE -> node(EntryType.CHARACTER_DEVICE, parent, name, path, status);
                case BLOCK_DEVICE -> node(EntryType.BLOCK_DEVICE, parent, name, path, status);
                case FIFO -> node(EntryType.FIFO, parent, name, path, status);
                case SOCKET, UNKNOWN -> {}
            }
        } catch (SyscallException e) {
            // Whoever lives in the tree has removed or replaced it meanwhile; nothing of it is written yet.
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP) && !e.is(Errno.EINVAL)) {
                throw e;
            }
        }
    }

    private void whiteout(byte[] prefix, byte[] name, FileStatus status) throws IOException {
        begin(
                EntryType.FILE,
                concat(prefix, name),
                0,
                0,
                0,
                0,
                status.modified().seconds(),
                NONE,
                Map.of(),
                Device.NONE);
    }

    private void subdirectory(Fd parent, byte[] name, byte[] path, int depth) throws IOException {
        Fd opened = files.open(parent, name, DIRECTORY, 0);
        try (opened) {
            FileStatus status = files.status(opened);
            byte[] prefix = concat(path, new byte[] {'/'});
            begin(EntryType.DIRECTORY, prefix, status, NONE, attributes(opened));
            if (layer && xattrs.get(opened, Xattr.OPAQUE).isPresent()) {
                whiteout(prefix, Whiteouts.OPAQUE, status);
            }
            if (layer || !KERNELS.contains(files.fsMagic(opened))) {
                contents(opened, prefix, depth + 1);
            }
        }
    }

    private void node(EntryType type, Fd parent, byte[] name, byte[] path, FileStatus status) throws IOException {
        if (!isLink(path, status)) {
            begin(type, path, status, NONE, attributes(parent, name));
        }
    }

    private void file(Fd parent, byte[] name, byte[] path, FileStatus listed) throws IOException {
        if (isLink(path, listed)) {
            return;
        }
        try (Fd file = files.open(parent, name, READ, 0)) {
            FileStatus status = files.status(file);
            if (!status.isRegular()) {
                return;
            }
            begin(EntryType.FILE, path, status, NONE, attributes(file));
            long at = 0;
            while (tar.left() > 0) {
                int n = data.read(file, direct.clear().limit((int) Math.min(CHUNK, tar.left())), at);
                if (n <= 0) {
                    fill();
                    break;
                }
                direct.flip().get(chunk, 0, n);
                tar.write(chunk, 0, n);
                at += n;
            }
        }
    }

    /** Somebody has cut the file while we read it: the size is written already. */
    private void fill() throws IOException {
        Arrays.fill(chunk, (byte) 0);
        while (tar.left() > 0) {
            tar.write(chunk, 0, (int) Math.min(CHUNK, tar.left()));
        }
    }

    /** Writes a further name of a file that has been written under another. */
    private boolean isLink(byte[] path, FileStatus status) throws IOException {
        if (status.links() < 2) {
            return false;
        }
        var inode = new Inode(status.device(), status.inode());
        byte[] first = linked.get(inode);
        if (first != null) {
            begin(EntryType.HARD_LINK, path, status, first, Map.of());
            return true;
        }
        if (linked.size() < MOST_LINKS) {
            linked.put(inode, path);
        }
        return false;
    }

    private void begin(EntryType type, byte[] path, FileStatus status, byte[] link, Map<String, byte[]> attributes)
            throws IOException {
        boolean device = status.type() == FileType.CHARACTER_DEVICE || status.type() == FileType.BLOCK_DEVICE;
        begin(
                type,
                path,
                status.permissions(),
                status.uid(),
                status.gid(),
                type == EntryType.FILE ? status.size() : 0,
                status.modified().seconds(),
                link,
                attributes,
                device ? status.special() : Device.NONE);
    }

    private void begin(
            EntryType type,
            byte[] path,
            int mode,
            int uid,
            int gid,
            long size,
            long modified,
            byte[] link,
            Map<String, byte[]> attributes,
            Device device)
            throws IOException {
        tar.begin(new TarEntry(
                type,
                path,
                link,
                mode,
                Integer.toUnsignedLong(uid),
                Integer.toUnsignedLong(gid),
                size,
                new TarTime(modified, 0),
                device.major(),
                device.minor(),
                false,
                List.of(),
                attributes));
    }

    private Map<String, byte[]> attributes(Fd file) {
        var found = new TreeMap<String, byte[]>();
        for (String name : xattrs.list(file)) {
            if (layer && Xattr.needsItsMount(name)) {
                throw new UnarchivableTree("a file or directory has the attribute " + name
                        + ": what it stands for shows only where it is mounted");
            }
            if (Xattr.isAllowed(name)) {
                xattrs.get(file, name).ifPresent(value -> found.put(name, value));
            }
        }
        return found;
    }

    private Map<String, byte[]> attributes(Fd parent, byte[] name) {
        var found = new TreeMap<String, byte[]>();
        for (String attribute : xattrs.list(parent, name)) {
            if (Xattr.isAllowed(attribute)) {
                xattrs.get(parent, name, attribute).ifPresent(value -> found.put(attribute, value));
            }
        }
        return found;
    }

    private static byte[] parent(byte[] path) {
        int slash = path.length - 1;
        while (slash >= 0 && path[slash] != '/') {
            slash--;
        }
        return Arrays.copyOf(path, slash + 1);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
