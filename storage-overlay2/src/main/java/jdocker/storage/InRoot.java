package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileData;
import jdocker.kernel.FileStatus;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallException;

/**
 * Looks at and makes files beneath a container's root as its processes would see them: absolute links and {@code ..} stay
 * inside, by the kernel's own resolution.
 */
public final class InRoot {
    private static final int IN_ROOT = Resolve.of(Resolve.IN_ROOT, Resolve.NO_MAGICLINKS);
    private static final int MEET = OpenFlag.of(OpenFlag.PATH);
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.PATH, OpenFlag.DIRECTORY);
    private static final int READ = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.NON_BLOCK, OpenFlag.NO_CTTY);

    private final FileCalls files;
    private final FileData data;
    private final Fd root;

    public InRoot(Kernel kernel, Fd root) {
        this.files = kernel.files();
        this.data = kernel.data();
        this.root = root;
    }

    /**
     * The content of a regular file; empty when there is none, or it is larger than the limit. A pipe would block the
     * reader and a device might act on being opened, so the file is looked at before it is opened.
     */
    public Optional<byte[]> readSmallFile(String path, int limit) {
        Optional<Fd> met = files.openInIfPresent(root, bytes(path), MEET, 0, IN_ROOT);
        if (met.isEmpty()) {
            return Optional.empty();
        }
        try (Fd file = met.get()) {
            FileStatus status = files.status(file);
            if (!status.isRegular() || status.size() > limit) {
                return Optional.empty();
            }
            // By the magic link of our own descriptor: the very file that was looked at.
            try (Fd opened = files.open(null, "/proc/self/fd/" + file.number(), READ, 0)) {
                return Optional.of(data.readAll(opened, limit));
            }
        }
    }

    /** What a path leads to, links followed; empty when it leads nowhere. */
    public Optional<FileStatus> status(String path) {
        Optional<Fd> met = files.openInIfPresent(root, bytes(path), MEET, 0, IN_ROOT);
        if (met.isEmpty()) {
            return Optional.empty();
        }
        try (Fd file = met.get()) {
            return Optional.of(files.status(file));
        }
    }

    /**
     * Makes a directory and those above it, as far as they are missing; the new ones get this mode and owner.
     *
     * @throws NotADirectory when something else stands in the way
     */
    public void makeDirectories(String path, int mode, int uid, int gid) {
        var prefix = new StringBuilder();
        for (String name : path.split("/")) {
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            String parent = prefix.isEmpty() ? "/" : prefix.toString();
            prefix.append('/').append(name);
            if (!name.equals("..") && !isDirectory(prefix.toString())) {
                makeDirectory(parent, name, mode, uid, gid);
            }
        }
    }

    private boolean isDirectory(String path) {
        Optional<Fd> met = files.openInIfPresent(root, bytes(path), DIRECTORY, 0, IN_ROOT);
        met.ifPresent(Fd::close);
        return met.isPresent();
    }

    private void makeDirectory(String parent, String name, int mode, int uid, int gid) {
        try (Fd directory = files.openIn(root, parent, DIRECTORY, 0, IN_ROOT)) {
            if (!files.mkdirIfAbsent(directory, name, mode)) {
                throw new NotADirectory(parent.equals("/") ? "/" + name : parent + "/" + name);
            }
            byte[] base = bytes(name);
            files.chown(directory, base, uid, gid);
            files.chmod(directory, base, mode);
        } catch (SyscallException e) {
            throw new NotADirectory(parent, e);
        }
    }

    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }

    /** Something that is no directory, or a link to nowhere, where a directory is needed. */
    public static final class NotADirectory extends RuntimeException {
        NotADirectory(String path) {
            super("mkdir " + path + ": not a directory");
        }

        NotADirectory(String path, SyscallException cause) {
            super("mkdir " + path + ": " + cause.getMessage(), cause);
        }
    }
}
