package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.api.MountPoint;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SyscallException;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;
import jdocker.storage.FileChange;
import jdocker.storage.InRoot;
import jdocker.storage.LayerStore;
import jdocker.storage.RefusedArchive;
import jdocker.storage.RootFs;
import jdocker.storage.RootTree;
import jdocker.storage.UnarchivableTree;
import jdocker.storage.UnknownUser;
import jdocker.storage.UserIdentity;
import jdocker.storage.UserLookup;
import jdocker.storage.VolumeBind;

/** Root file systems on overlay layers. */
public final class OverlayRoots implements RootFileSystems {
    private static final int DIRECTORY_MODE = 0755;

    private final LayerStore layers;
    private final Kernel kernel;

    public OverlayRoots(LayerStore layers, Kernel kernel) {
        this.layers = layers;
        this.kernel = kernel;
    }

    private record Mounted(RootFs root, Kernel kernel) implements MountedRoot {
        @Override
        public Path path() {
            return root.path();
        }

        @Override
        public ProcessUser user(String spec, List<String> groups) {
            return OverlayRoots.user(kernel, root.root(), spec, groups);
        }

        @Override
        public void makeDirectory(String path) {
            try {
                new InRoot(kernel, root.root()).makeDirectories(path, DIRECTORY_MODE, 0, 0);
            } catch (InRoot.NotADirectory e) {
                throw new InvalidRequest(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void close() {
            root.keep();
        }
    }

    @Override
    public void prepare(String id, Optional<String> topLayer) {
        layers.prepare(id, topLayer.map(OverlayRoots::chain));
    }

    private static ChainId chain(String digest) {
        return new ChainId(Digest.parse(digest));
    }

    @Override
    public MountedRoot mount(String id) {
        return new Mounted(layers.mount(id), kernel);
    }

    @Override
    public boolean isMounted(String id) {
        return layers.isMounted(id);
    }

    @Override
    public void unmount(String id) {
        layers.unmount(id);
    }

    @Override
    public void remove(String id) {
        layers.remove(id);
    }

    @Override
    public Set<String> ids() {
        return layers.containers();
    }

    @Override
    public Map<String, String> graphData(String id, Optional<String> topLayer) {
        return layers.describe(id, topLayer.map(OverlayRoots::chain));
    }

    @Override
    public List<FileChange> changes(String id, Optional<String> topLayer) {
        return layers.changes(id, topLayer.map(OverlayRoots::chain));
    }

    @Override
    public ContainerTree whole(String id) {
        return tree(layers.mounted(id).orElseGet(() -> layers.view(id, List.of(), false)));
    }

    @Override
    public ContainerTree running(long pid, long startTime) {
        Fd root;
        try {
            root = kernel.files().open("/proc/" + pid + "/root", OpenFlag.PATH, OpenFlag.DIRECTORY);
        } catch (SyscallException e) {
            throw new Conflict("the container has ended meanwhile: " + e.getMessage());
        }
        // Asked after opening: the number may have gone to another process before, not since.
        boolean same = kernel.processes()
                .stat(pid)
                .filter(stat -> stat.startTime() == startTime)
                .isPresent();
        if (!same) {
            root.close();
            throw new Conflict("the container has ended meanwhile");
        }
        return new ContainerTree(new RootTree(kernel, root), name -> user(root, name, List.of()), root::close);
    }

    @Override
    public ContainerTree stopped(String id, List<MountPoint> volumes, boolean writable) {
        List<VolumeBind> binds = volumes.stream()
                .sorted(Comparator.comparing(MountPoint::destination)) // the outer before the inner
                .map(point -> new VolumeBind(point.source(), point.destination(), point.rw()))
                .toList();
        return tree(layers.view(id, binds, writable));
    }

    private ContainerTree tree(RootFs root) {
        return new ContainerTree(
                new RootTree(kernel, root.root()), name -> user(root.root(), name, List.of()), root::close);
    }

    private ProcessUser user(Fd root, String spec, List<String> groups) {
        return user(kernel, root, spec, groups);
    }

    private static ProcessUser user(Kernel kernel, Fd root, String spec, List<String> groups) {
        try {
            UserIdentity found = UserLookup.in(new InRoot(kernel, root)).resolve(spec, groups);
            return new ProcessUser(found.uid(), found.gid(), found.groups(), found.home());
        } catch (UnknownUser e) {
            throw new InvalidRequest(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void takeOver(String id, Path upper) {
        Path folder = upper.normalize();
        int names = folder.getNameCount();
        boolean overlay2 = folder.isAbsolute()
                && names > 2
                && folder.endsWith("diff")
                && folder.getName(names - 3).toString().equals("overlay2")
                && Files.isRegularFile(folder.resolveSibling("link"))
                && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
        if (!overlay2) {
            throw new InvalidRequest("'" + upper + "' is not what an overlay2 container has written: that is"
                    + " …/overlay2/<id>/diff with a file link beside it");
        }
        try {
            if (Files.readString(Path.of("/proc/self/mountinfo")).contains("upperdir=" + folder)) {
                throw new InvalidRequest("'" + folder + "' is mounted: its container runs");
            }
            layers.takeOver(id, folder);
        } catch (UnarchivableTree | RefusedArchive e) {
            throw new InvalidRequest("'" + folder + "' cannot be taken over: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long size(String id) {
        return layers.size(id);
    }
}
