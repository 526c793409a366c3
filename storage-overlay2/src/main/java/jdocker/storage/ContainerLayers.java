package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jdocker.kernel.DirEntry;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileData;
import jdocker.kernel.FileStatus;
import jdocker.kernel.FileType;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.RenameFlag;

/** The writable layers of containers and their mounts. */
final class ContainerLayers {
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final int MEET = OpenFlag.of(OpenFlag.PATH, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final int NEW_FILE =
            OpenFlag.of(OpenFlag.WRITE_ONLY, OpenFlag.CREATE, OpenFlag.TRUNCATE, OpenFlag.NO_FOLLOW);
    private static final int READ = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.NO_FOLLOW);
    private static final String LOWER = "lower";
    private static final int DEEPEST = 1000;

    private final StoreFolders folders;
    private final Trash trash;
    private final InitLayers initLayers;
    private final OverlayMounts mounts;
    private final RootViews views;
    private final FileCalls files;
    private final FileData data;

    ContainerLayers(StoreFolders folders, Trash trash) {
        this.folders = folders;
        this.trash = trash;
        this.initLayers = new InitLayers(folders, trash);
        this.mounts = new OverlayMounts(folders.kernel(), folders.overlayPath().toString());
        this.views = new RootViews(folders.kernel(), mounts);
        this.files = folders.kernel().files();
        this.data = folders.kernel().data();
    }

    /** {@code layers} are the image's folders, highest first. */
    void prepare(String id, Optional<ChainId> top, List<String> layers) {
        var links = new ArrayList<String>(layers.size() + 1);
        links.add("l/" + StoreFolders.shortName(initLayers.ensure(top, layers)));
        layers.forEach(layer -> links.add("l/" + StoreFolders.shortName(layer)));
        // The end of the line tells that a crash has not cut the file.
        byte[] lower = (String.join(":", links) + "\n").getBytes(StandardCharsets.US_ASCII);
        if (!folders.exists(id)) {
            make(id, lower, InitLayers.idFor(top));
        } else if (!java.util.Arrays.equals(lower, readLower(id))) {
            try (Fd folder = folders.openFolder(id)) {
                write(folder, lower);
            }
        }
    }

    private void make(String id, byte[] lower, String initId) {
        String temporary = folders.newTemporary("container");
        try (Fd folder = files.open(folders.temporary(), temporary, DIRECTORY, 0)) {
            files.mkdir(folder, "diff", 0755);
            files.mkdir(folder, "work", 0700);
            files.mkdir(folder, "merged", 0700);
            // The root of the mount shows the attributes of the topmost layer's root.
            FileStatus root = files.status(folders.overlay(), initId + "/diff");
            byte[] diff = StoreFolders.bytes("diff");
            if (root.uid() != 0 || root.gid() != 0) {
                files.chown(folder, diff, root.uid(), root.gid());
            }
            files.chmod(folder, diff, root.permissions());
            write(folder, lower);
            files.chmod(folder, 0710);
        }
        folders.publish(temporary, id);
    }

    private void write(Fd folder, byte[] lower) {
        try (Fd file = files.open(folder, LOWER, NEW_FILE, 0600)) {
            data.write(file, lower);
        }
    }

    private byte[] readLower(String id) {
        byte[] name = StoreFolders.bytes(id + "/" + LOWER);
        if (files.statusIfPresent(folders.overlay(), name).isEmpty()) {
            return new byte[0];
        }
        try (Fd file = files.open(folders.overlay(), name, READ, 0)) {
            return data.readAll(file, 64 * 1024);
        }
    }

    RootFs mount(String id) {
        if (!folders.isMounted(id)) {
            String lower = new String(readLower(id), StandardCharsets.US_ASCII);
            if (!lower.endsWith("\n")) {
                throw new IllegalStateException("the layer of container " + id + " is not prepared");
            }
            mounts.mount(id, List.of(lower.substring(0, lower.length() - 1).split(":")));
        }
        return new Mounted(id, files.open(folders.overlay(), id + "/merged", MEET, 0));
    }

    /** Mounts the root for this caller alone, with volumes in it; gone without a trace when it is closed. */
    RootFs view(String id, List<VolumeBind> binds, boolean writable) {
        String lower = new String(readLower(id), StandardCharsets.US_ASCII);
        if (!lower.endsWith("\n")) {
            throw new IllegalStateException("the layer of container " + id + " is not prepared");
        }
        List<String> lowers = List.of(lower.substring(0, lower.length() - 1).split(":"));
        return views.open(id, lowers, binds, writable);
    }

    private final class Mounted implements RootFs {
        private final String id;
        private final Fd root;

        Mounted(String id, Fd root) {
            this.id = id;
            this.root = root;
        }

        @Override
        public Path path() {
            return Path.of(mounts.target(id));
        }

        @Override
        public Fd root() {
            return root;
        }

        @Override
        public void keep() {
            root.close();
        }

        @Override
        public void close() {
            root.close();
            mounts.unmount(id);
        }
    }

    /** Of one that is mounted; closing leaves it so. */
    RootFs mounted(String id) {
        Fd root = files.open(folders.overlay(), id + "/merged", MEET, 0);
        return new RootViews.Look(Path.of(mounts.target(id)), root);
    }

    boolean unmount(String id) {
        return mounts.unmount(id);
    }

    boolean isMounted(String id) {
        return folders.isMounted(id);
    }

    /** Puts an unpacked layer in the place of what a container has written, at one stroke. */
    void replaceWritten(String id, StagedLayer staged) {
        if (folders.isMounted(id)) {
            throw new IllegalStateException("the root of container " + id + " is mounted");
        }
        data.syncFileSystem(folders.temporary());
        files.rename(
                folders.temporary(),
                StoreFolders.bytes(staged.folder() + "/diff"),
                folders.plainOverlay(),
                StoreFolders.bytes(id + "/diff"),
                RenameFlag.EXCHANGE);
        try (Fd folder = folders.openFolder(id)) {
            data.sync(folder);
        }
    }

    /** Whether a layer is part of a root that is mounted. */
    boolean isMountedOn(String layer) {
        String link = "l/" + StoreFolders.shortName(layer);
        return all().stream()
                .filter(folders::isMounted)
                .map(id -> new String(readLower(id), StandardCharsets.US_ASCII).strip())
                .anyMatch(lower -> List.of(lower.split(":")).contains(link));
    }

    void remove(String id) {
        if (folders.isMounted(id)) {
            mounts.unmount(id);
        }
        trash.discard(id);
    }

    Set<String> all() {
        var ids = new HashSet<String>();
        for (DirEntry entry : files.list(folders.overlay())) {
            if (files.statusIfPresent(folders.overlay(), entry.text() + "/work").isPresent()) {
                ids.add(entry.text());
            }
        }
        return ids;
    }

    /** What the container has written, in bytes. */
    long size(String id) {
        try (Fd diff = files.open(folders.overlay(), id + "/diff", DIRECTORY, 0)) {
            return size(diff, 0);
        }
    }

    private long size(Fd directory, int depth) {
        long size = 0;
        for (var entries = files.listNext(directory); !entries.isEmpty(); entries = files.listNext(directory)) {
            for (DirEntry entry : entries) {
                if (entry.type() == FileType.REGULAR) {
                    size += files.statusIfPresent(directory, entry.name())
                            .map(FileStatus::size)
                            .orElse(0L);
                } else if (entry.type() == FileType.DIRECTORY && depth < DEEPEST) {
                    size += directorySize(directory, entry.name(), depth);
                }
            }
        }
        return size;
    }

    /** The container may be running and change what was listed. */
    private long directorySize(Fd parent, byte[] name, int depth) {
        Optional<Fd> opened = files.openInIfPresent(parent, name, DIRECTORY, 0, 0);
        if (opened.isEmpty()) {
            return 0;
        }
        try (Fd directory = opened.get()) {
            return size(directory, depth + 1);
        }
    }
}
