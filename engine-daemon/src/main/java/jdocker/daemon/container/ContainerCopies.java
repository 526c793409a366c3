package jdocker.daemon.container;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jdocker.api.FileChangeItem;
import jdocker.api.MountPoint;
import jdocker.api.PathStat;
import jdocker.api.WireTime;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.Forbidden;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import jdocker.image.Compression;
import jdocker.kernel.Errno;
import jdocker.kernel.FileStatus;
import jdocker.kernel.SyscallException;
import jdocker.storage.CopyRules;
import jdocker.storage.FileChange;
import jdocker.storage.RefusedArchive;
import jdocker.storage.RootTree;
import jdocker.storage.UnpackLimits;

/**
 * Copies files out of and into containers, running ones by their own eyes, others by a view that nobody else has. Native
 * calls: on a work thread.
 */
final class ContainerCopies {
    private static final int BUFFER = 64 * 1024;

    private final StateStore store;
    private final Containers containers;
    private final RootFileSystems roots;
    private final ContainerLocks locks;
    private final Path uploads;

    /** @param uploads a folder for archives that are still coming */
    ContainerCopies(StateStore store, RootFileSystems roots, ContainerLocks locks, Path uploads) {
        this.uploads = uploads;
        this.store = store;
        this.containers = new Containers(store);
        this.roots = roots;
        this.locks = locks;
    }

    /** What has changed in the container's files. */
    List<FileChangeItem> changes(String reference) {
        Container c = containers.resolve(reference);
        return roots.changes(c.id(), Optional.ofNullable(c.topLayer())).stream()
                .map(change -> new FileChangeItem(change.path(), number(change.kind())))
                .toList();
    }

    private static int number(FileChange.Kind kind) {
        return switch (kind) {
            case MODIFIED -> 0;
            case ADDED -> 1;
            case DELETED -> 2;
        };
    }

    /** The container's whole tree, without volumes; the caller closes it. */
    ContainerTree forExport(String reference) {
        Container c = containers.resolve(reference);
        if (c.state() instanceof ContainerState.Dead) {
            throw new Conflict("You cannot export container " + c.id() + " which is Dead");
        }
        if (c.state() instanceof ContainerState.Removing) {
            throw new Conflict("You cannot export container " + c.id() + " which is being removed");
        }
        ContainerTree tree = locks.holding(c.id(), "export", () -> roots.whole(c.id()));
        note(c, "export");
        return tree;
    }

    /** The tree as the container's processes see it, or would; the caller closes it. */
    ContainerTree tree(String reference) {
        Container c = containers.resolve(reference);
        return locks.holding(c.id(), "copy", () -> open(containers.current(c.id()), false));
    }

    private ContainerTree open(Container c, boolean writable) {
        return c.state()
                .process()
                .map(process -> roots.running(process.pid(), process.startTime()))
                .orElseGet(() -> roots.stopped(c.id(), volumes(c), writable));
    }

    private static List<MountPoint> volumes(Container c) {
        return c.mounts().stream()
                .filter(point -> !point.type().equals("tmpfs"))
                .toList();
    }

    /**
     * What a path names.
     *
     * @throws NotFound when there is nothing
     */
    static RootTree.Found find(ContainerTree tree, String reference, String path) {
        if (path.isEmpty()) {
            throw new InvalidRequest("bad parameter: path cannot be empty");
        }
        if (path.indexOf(0) >= 0) {
            throw new InvalidRequest("invalid path: NUL is not allowed");
        }
        return tree.files().find(path).orElseThrow(() -> noFile(reference, path));
    }

    private static NotFound noFile(String reference, String path) {
        return new NotFound("Could not find the file " + path + " in container " + reference);
    }

    /** What the API tells of it. */
    static PathStat stat(RootTree.Found found) {
        FileStatus status = found.status();
        return new PathStat(
                found.name(),
                status.size(),
                GoFileMode.of(status.mode()),
                WireTime.format(status.modified().instant()),
                found.linkTarget());
    }

    void copyOut(Container c, ContainerTree tree, String path, OutputStream out) throws IOException {
        try (var buffered = new BufferedOutputStream(out, BUFFER)) {
            if (!tree.files().archive(path, buffered)) {
                throw new IOException("'" + path + "' has gone meanwhile");
            }
        }
        note(c, "archive-path");
    }

    Container container(String reference) {
        return containers.resolve(reference);
    }

    /**
     * Unpacks a tar, which may be packed.
     *
     * @throws Forbidden where the container may not write itself
     * @throws InvalidRequest when the path is no directory or the archive is broken
     */
    void copyIn(String reference, String path, InputStream archive, boolean keepKinds, boolean asUser) {
        Container c = containers.resolve(reference);
        if (c.isRunning()) {
            unpack(c, reference, path, archive, keepKinds, asUser);
        } else {
            // What is wrong is told before it is sent. Only a root for writing has every volume mounted.
            locks.holding(c.id(), "copying into it", () -> {
                try (ContainerTree tree = open(containers.current(c.id()), true)) {
                    findDirectory(tree, reference, path);
                    return true;
                }
            });
            // Nobody may start it while its files are written, but a slow client holds nobody up.
            try (var upload = Upload.of(uploads, archive)) {
                locks.holding(c.id(), "copying into it", upload.yielding(), () -> {
                    unpackUnlessWanted(upload, containers.current(c.id()), reference, path, keepKinds, asUser);
                    return true;
                });
            }
        }
        note(c, "extract-to-dir");
    }

    private void unpackUnlessWanted(
            Upload upload, Container c, String reference, String path, boolean keepKinds, boolean asUser) {
        try {
            unpack(c, reference, path, upload.open(), keepKinds, asUser);
        } catch (RuntimeException e) {
            throw upload.brokenOff()
                    .<RuntimeException>map(reason -> new Conflict(
                            "the copy into " + path + " of container " + reference + " is not whole: " + reason))
                    .orElse(e);
        }
    }

    /**
     * Gives a container that was never started what another engine's container on the same image has written.
     *
     * @throws Conflict when it was started
     */
    void takeOver(String reference, Path upper) {
        String id = containers.resolve(reference).id();
        locks.holding(id, "taking over files", () -> {
            Container c = containers.current(id);
            if (!(c.state() instanceof ContainerState.Created)) {
                throw new Conflict("container " + id + " has been started: only a new one takes over another's files");
            }
            roots.takeOver(id, upper);
            return true;
        });
    }

    private static void findDirectory(ContainerTree tree, String reference, String path) {
        find(tree, reference, path);
        boolean directory = tree.files().isDirectory(path).orElseThrow(() -> noFile(reference, path));
        if (!directory) {
            throw new InvalidRequest("extraction point is not a directory");
        }
    }

    private void unpack(
            Container c, String reference, String path, InputStream archive, boolean keepKinds, boolean asUser) {
        try (ContainerTree tree = open(c, true);
                InputStream tar = unpacked(archive)) {
            findDirectory(tree, reference, path);
            boolean onVolume = c.mounts().stream().anyMatch(point -> isWithin(path, point.destination()));
            if (c.hostConfig().readonlyRootfs() && !onVolume) {
                throw new Forbidden("container rootfs is marked read-only");
            }
            var rules = new CopyRules(keepKinds, asUser ? owner(c, tree) : Optional.empty());
            tree.files().extract(path, tar, rules, UnpackLimits.DEFAULT);
        } catch (RefusedArchive e) {
            throw new InvalidRequest(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SyscallException e) {
            if (e.is(Errno.EROFS)) {
                throw new Forbidden("mounted volume is marked read-only");
            }
            throw e;
        }
    }

    private static InputStream unpacked(InputStream archive) {
        try {
            return Compression.unpack(archive);
        } catch (IOException e) {
            throw new InvalidRequest("the archive cannot be unpacked: " + e.getMessage());
        }
    }

    private static boolean isWithin(String path, String directory) {
        String clean = MountRules.clean("/" + path);
        return clean.equals(directory) || clean.startsWith(directory + "/");
    }

    private Optional<CopyRules.Owner> owner(Container c, ContainerTree tree) {
        if (c.config().user().isEmpty()) {
            return Optional.empty();
        }
        ProcessUser user = tree.users().apply(c.config().user());
        return Optional.of(new CopyRules.Owner(user.uid(), user.gid()));
    }

    private void note(Container c, String action) {
        store.write(Durability.NORMAL, transaction -> {
            transaction.append(ContainerEvents.of(c, action));
            return true;
        });
    }
}
