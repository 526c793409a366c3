package jdocker.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileStatus;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallException;

/**
 * The files of a container from its root on, for copying in and out. Every path is resolved by the kernel with that root as
 * the root, links and {@code ..} staying inside, whatever the container does meanwhile.
 */
public final class RootTree {
    private static final int IN_ROOT = Resolve.of(Resolve.IN_ROOT, Resolve.NO_MAGICLINKS);
    private static final int MEET = OpenFlag.of(OpenFlag.PATH);
    private static final int MEET_DIRECTORY = OpenFlag.of(OpenFlag.PATH, OpenFlag.DIRECTORY);
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY);

    private final Kernel kernel;
    private final FileCalls files;
    private final Fd root;

    /** The root stays the caller's. */
    public RootTree(Kernel kernel, Fd root) {
        this.kernel = kernel;
        this.files = kernel.files();
        this.root = root;
    }

    /**
     * What a path names.
     *
     * @param name last part of the path, as it was asked for
     * @param linkTarget of a symbolic link: where it leads in the container; else empty
     */
    public record Found(String name, FileStatus status, String linkTarget) {}

    /** The whole tree as a tar, without what is mounted in it. */
    public void export(OutputStream out) throws IOException {
        var tar = new TarWriter(out);
        try (Fd top = files.open(root, ".", DIRECTORY, 0)) {
            new TreeTar(kernel, tar, false).contents(top, new byte[0]);
        }
        tar.end();
    }

    /** What is there; the last link is followed where the path ends with a slash. Empty when there is nothing. */
    public Optional<Found> find(String path) {
        Asked asked = Asked.of(path);
        if (asked.follows) {
            Optional<Fd> met = files.openInIfPresent(root, bytes(asked.whole), MEET_DIRECTORY, 0, IN_ROOT);
            if (met.isEmpty()) {
                return Optional.empty();
            }
            try (Fd directory = met.get()) {
                return Optional.of(new Found(asked.name, files.status(directory), ""));
            }
        }
        Optional<Fd> parent = files.openInIfPresent(root, bytes(asked.parent), MEET_DIRECTORY, 0, IN_ROOT);
        if (parent.isEmpty()) {
            return Optional.empty();
        }
        try (Fd directory = parent.get()) {
            return files.statusIfPresent(directory, bytes(asked.base))
                    .map(status -> new Found(asked.name, status, status.isSymlink() ? target(asked, directory) : ""));
        }
    }

    /** Where a link leads in the end, as far as that exists; else what it says. */
    private String target(Asked asked, Fd parent) {
        Optional<Fd> met = files.openInIfPresent(root, bytes(asked.whole), MEET, 0, IN_ROOT);
        if (met.isPresent()) {
            try (Fd end = met.get()) {
                String top = link("/proc/self/fd/" + root.number());
                String whole = link("/proc/self/fd/" + end.number());
                if (top.equals("/")) {
                    return whole;
                }
                if (whole.equals(top) || whole.startsWith(top + "/")) {
                    return whole.equals(top) ? "/" : whole.substring(top.length());
                }
            }
        }
        String said = new String(files.readlink(parent, bytes(asked.base)), StandardCharsets.UTF_8);
        return Asked.clean(said.startsWith("/") ? said : asked.parent + "/" + said);
    }

    private String link(String path) {
        return new String(files.readlink(null, path), StandardCharsets.UTF_8);
    }

    /**
     * Writes what a path names as a tar, by its own name.
     *
     * @return false when there is nothing there any more
     */
    public boolean archive(String path, OutputStream out) throws IOException {
        Asked asked = Asked.of(path);
        Optional<Found> found = find(path);
        if (found.isEmpty()) {
            return false;
        }
        var tar = new TarWriter(out);
        var tree = new TreeTar(kernel, tar, false);
        if (found.get().status().isDirectory()) {
            try (Fd directory = files.openIn(root, bytes(asked.whole), DIRECTORY, 0, IN_ROOT)) {
                if (asked.name.equals("/")) {
                    tree.contents(directory, new byte[0]);
                } else {
                    tree.directory(directory, bytes(asked.name));
                }
            }
        } else {
            try (Fd parent = files.openIn(root, bytes(asked.parent), MEET_DIRECTORY, 0, IN_ROOT)) {
                tree.entry(parent, bytes(asked.base), bytes(asked.name));
            }
        }
        tar.end();
        return true;
    }

    /** Whether a path leads to a directory, links followed; empty when it leads nowhere. */
    public Optional<Boolean> isDirectory(String path) {
        return new InRoot(kernel, root).status(path).map(FileStatus::isDirectory);
    }

    /**
     * Unpacks a tar into a directory.
     *
     * @throws RefusedArchive when the archive is broken or hostile; what was unpacked before stays
     * @throws SyscallException among others with EROFS
     */
    public void extract(String directory, InputStream tar, CopyRules rules, UnpackLimits limits) {
        byte[] place = bytes(real(directory).substring(1));
        try (var unpacker = new LayerUnpacker(kernel, root, limits, new CopyPolicy(files, place, rules))) {
            unpacker.unpack(new TarReader(tar));
        }
    }

    /** The directory's own path, links resolved, as entries' names are put behind it. */
    private String real(String directory) {
        try (Fd met = files.openIn(root, bytes(directory), MEET_DIRECTORY, 0, IN_ROOT)) {
            String top = link("/proc/self/fd/" + root.number());
            String whole = link("/proc/self/fd/" + met.number());
            boolean beneath = !top.equals("/") && whole.startsWith(top);
            return Asked.clean(beneath ? whole.substring(top.length()) : whole);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A path as Docker understands it: cleaned as text, from the root on; a last {@code /} or {@code /.} asks for the
     * directory behind a link.
     *
     * @param name what the archive calls it
     */
    private record Asked(String whole, String parent, String base, String name, boolean follows) {
        static Asked of(String path) {
            String whole = clean("/" + path);
            boolean dot = path.endsWith("/.") || path.equals(".");
            boolean follows = dot || path.endsWith("/") || whole.equals("/");
            int slash = whole.lastIndexOf('/');
            String base = whole.substring(slash + 1);
            String parent = slash == 0 ? "/" : whole.substring(0, slash);
            String name = whole.equals("/") ? "/" : dot ? "." : base;
            return new Asked(whole, parent, base, name, follows);
        }

        static String clean(String path) {
            var components = new ArrayDeque<String>();
            for (String component : path.split("/")) {
                if (component.equals("..")) {
                    components.pollLast();
                } else if (!component.isEmpty() && !component.equals(".")) {
                    components.addLast(component);
                }
            }
            return "/" + String.join("/", components);
        }
    }
}
