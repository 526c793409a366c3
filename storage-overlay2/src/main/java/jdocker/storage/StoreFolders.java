package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileStatus;
import jdocker.kernel.Kernel;
import jdocker.kernel.Mount;
import jdocker.kernel.MountFlag;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.RenameFlag;
import jdocker.kernel.SyscallException;

/** The folders of the store, open: {@code overlay2}, its {@code l}, and {@code tmp} beside it. */
final class StoreFolders implements AutoCloseable {
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final String LINKS = "l";
    private static final int LINK_LENGTH = 26; // as Docker's: short, as all must fit into a page of mount options

    private final Path overlayPath;
    private final Kernel kernel;
    private final FileCalls files;
    private final Fd overlay;
    private final Fd links;
    private final Fd plainRoot;
    private final Fd plainOverlay;
    private final Fd temporary;
    private final long mountId;

    private StoreFolders(Path overlayPath, Kernel kernel, Fd plainRoot) {
        this.overlayPath = overlayPath;
        this.kernel = kernel;
        this.files = kernel.files();
        this.overlay = files.open(null, overlayPath.toString(), DIRECTORY, 0);
        this.mountId = files.status(overlay).mountId();
        files.mkdirIfAbsent(overlay, LINKS, 0700);
        this.links = files.open(overlay, LINKS, DIRECTORY, 0);
        this.plainRoot = plainRoot;
        this.plainOverlay = files.open(plainRoot, "overlay2", DIRECTORY, 0);
        this.temporary = files.open(plainRoot, "tmp", DIRECTORY, 0);
        // Layers begin in it. On ext4 they would all go to the same corner of the disk, where one thread waits for
        // another,
        // and where, without a journal, each new file steps over all that were removed within the last minute.
        files.spreadDirectories(temporary);
    }

    static StoreFolders open(Path dataRoot, Kernel kernel) {
        Path root = dataRoot.toAbsolutePath().normalize();
        refuseSpecialCharacters(root.toString());
        FileCalls files = kernel.files();
        Path overlayPath = root.resolve("overlay2");
        files.mkdirIfAbsent(null, overlayPath.toString(), 0710);
        makePrivate(kernel, root, overlayPath);
        files.mkdirIfAbsent(null, root.resolve("tmp").toString(), 0700);
        // A rename may not cross mounts, and the private one lies between tmp and overlay2. A view of the data root
        // without what is mounted in it has both in one.
        return new StoreFolders(overlayPath, kernel, kernel.mounts().cloneTree(null, bytes(root.toString()), false));
    }

    /** They mean something in the options of an overlay mount. */
    private static void refuseSpecialCharacters(String path) {
        if (path.chars().anyMatch(c -> c == ',' || c == ':' || c == '\\' || c == '"' || c < ' ')) {
            throw new IllegalArgumentException("the data root '" + path + "' holds a comma, colon, quote or backslash");
        }
    }

    /** Only this folder is a private mount: containers' roots mounted in it shall show nowhere else. */
    private static void makePrivate(Kernel kernel, Path root, Path overlayPath) {
        FileStatus above = kernel.files().status(null, root.toString());
        FileStatus overlay = kernel.files().status(null, overlayPath.toString());
        if (above.mountId() == overlay.mountId() && above.device().equals(overlay.device())) {
            kernel.mounts().mount(Mount.bind(overlayPath.toString(), overlayPath.toString()));
        }
        kernel.mounts().mount(Mount.propagation(overlayPath.toString(), MountFlag.PRIVATE));
    }

    Kernel kernel() {
        return kernel;
    }

    Path overlayPath() {
        return overlayPath;
    }

    Fd overlay() {
        return overlay;
    }

    /** The same folder in a view of the data root that shows no mounts: the one to move things into and out of. */
    Fd plainOverlay() {
        return plainOverlay;
    }

    Fd links() {
        return links;
    }

    Fd temporary() {
        return temporary;
    }

    /** A folder of the store, such as a layer's; the name is an id, checked before. */
    Fd openFolder(String name) {
        return files.open(overlay, name, DIRECTORY, 0);
    }

    boolean exists(String name) {
        return files.statusIfPresent(overlay, name).isPresent();
    }

    boolean isMounted(String name) {
        return files.statusIfPresent(overlay, name + "/merged")
                .filter(status -> status.mountId() != mountId)
                .isPresent();
    }

    /** The short name of a layer beneath {@code l}; each id gives its own. */
    static String shortName(String id) {
        boolean init = id.endsWith(InitLayers.SUFFIX);
        // Ids are hashes or random, so that half of one is as good as the whole; the letter keeps init layers apart.
        String start = id.length() < LINK_LENGTH ? id : id.substring(0, LINK_LENGTH);
        return init ? "i" + start.substring(0, start.length() - 1) : start;
    }

    /** Gives a layer its short name, unless it has it: the name tells where it leads. */
    void link(String id) {
        try {
            files.symlink(bytes("../" + id + "/diff"), links, bytes(shortName(id)));
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
    }

    void unlink(String id) {
        files.unlinkIfPresent(links, bytes(shortName(id)));
    }

    /** A new folder in tmp, for what is to be moved into place when complete. */
    String newTemporary(String purpose) {
        String name = purpose + "-"
                + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
        files.mkdir(temporary, name, 0700);
        return name;
    }

    /** Moves a finished folder from tmp to its place. */
    void publish(String temporaryName, String id) {
        files.rename(temporary, bytes(temporaryName), plainOverlay, bytes(id), RenameFlag.NO_REPLACE);
    }

    /** Swaps a finished folder in tmp with the one in a place, at one stroke. */
    void exchange(String temporaryName, String id) {
        files.rename(temporary, bytes(temporaryName), plainOverlay, bytes(id), RenameFlag.EXCHANGE);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        links.close();
        temporary.close();
        plainOverlay.close();
        plainRoot.close();
        overlay.close();
    }
}
