package jdocker.storage;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.Kernel;
import jdocker.kernel.Mount;
import jdocker.kernel.MountAttribute;
import jdocker.kernel.MountFlag;
import jdocker.kernel.Mounts;
import jdocker.kernel.NamespaceKind;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallException;

/** Roots mounted for one reader or writer, in a mount namespace that lives as long as they look. */
final class RootViews {
    private static final int MEET = OpenFlag.of(OpenFlag.PATH);
    private static final int MEET_DIRECTORY = OpenFlag.of(OpenFlag.PATH, OpenFlag.DIRECTORY);
    private static final int IN_ROOT = Resolve.of(Resolve.IN_ROOT, Resolve.NO_MAGICLINKS);

    private final Kernel kernel;
    private final FileCalls files;
    private final Mounts mounts;
    private final OverlayMounts overlays;

    RootViews(Kernel kernel, OverlayMounts overlays) {
        this.kernel = kernel;
        this.files = kernel.files();
        this.mounts = kernel.mounts();
        this.overlays = overlays;
    }

    RootFs open(String id, List<String> lowers, List<VolumeBind> binds, boolean writable) {
        // Who reads a volume through a container that never ran finds it, too: what it is mounted on is made, as by a
        // start.
        if (!writable && lacksTargets(id, lowers, binds)) {
            view(id, lowers, binds, true).close();
        }
        return view(id, lowers, binds, writable);
    }

    private boolean lacksTargets(String id, List<String> lowers, List<VolumeBind> binds) {
        if (binds.isEmpty()) {
            return false;
        }
        RootFs bare = view(id, lowers, List.of(), false);
        try {
            return binds.stream().filter(this::isDirectory).anyMatch(bind -> !hasTarget(bare.root(), bind));
        } finally {
            bare.close();
        }
    }

    private boolean hasTarget(Fd root, VolumeBind bind) {
        Optional<Fd> target = files.openInIfPresent(root, StoreFolders.bytes(bind.target()), MEET, 0, IN_ROOT);
        target.ifPresent(Fd::close);
        return target.isPresent();
    }

    private RootFs view(String id, List<String> lowers, List<VolumeBind> binds, boolean writable) {
        return kernel.namespaces().onThrowAwayThread(() -> {
            kernel.namespaces().unshare(EnumSet.of(NamespaceKind.MOUNT));
            mounts.mount(Mount.propagation("/", MountFlag.SLAVE, MountFlag.RECURSIVE));
            if (writable) {
                overlays.mount(id, lowers);
            } else {
                overlays.mountToRead(id, lowers);
            }
            Fd root = files.open(null, overlays.target(id), MEET_DIRECTORY, 0);
            try {
                binds.forEach(bind -> attach(root, bind, writable));
                // The namespace, and with it every mount in it, lives as long as this is open.
                return new View(overlays.target(id), root, kernel.namespaces().current(NamespaceKind.MOUNT));
            } catch (RuntimeException e) {
                root.close();
                throw e;
            }
        });
    }

    private void attach(Fd root, VolumeBind bind, boolean writable) {
        if (writable) {
            makeTarget(root, bind);
        }
        Optional<Fd> target = files.openInIfPresent(root, StoreFolders.bytes(bind.target()), MEET, 0, IN_ROOT);
        if (target.isEmpty()) {
            return;
        }
        try (Fd at = target.get();
                Fd tree = mounts.cloneTree(null, StoreFolders.bytes(bind.source()), true)) {
            if (!bind.writable() || !writable) {
                mounts.setAttributes(tree, Mounts.MountChange.set(MountAttribute.READ_ONLY), true);
            }
            mounts.moveMount(tree, at);
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            // What was bound is gone from the host: then nothing is there.
        }
    }

    private void makeTarget(Fd root, VolumeBind bind) {
        if (isDirectory(bind)) {
            new InRoot(kernel, root).makeDirectories(bind.target(), 0755, 0, 0);
        }
    }

    private boolean isDirectory(VolumeBind bind) {
        return files.statusIfPresent(null, bind.source())
                .filter(status -> status.isDirectory() || status.isSymlink())
                .isPresent();
    }

    /** A root that is mounted for somebody else. */
    record Look(Path path, Fd root) implements RootFs {
        @Override
        public void keep() {
            root.close();
        }

        @Override
        public void close() {
            root.close();
        }
    }

    private record View(String target, Fd root, Fd namespace) implements RootFs {
        @Override
        public Path path() {
            return Path.of(target);
        }

        @Override
        public void keep() {
            throw new UnsupportedOperationException("a view ends with its reader");
        }

        @Override
        public void close() {
            root.close();
            namespace.close();
        }
    }
}
