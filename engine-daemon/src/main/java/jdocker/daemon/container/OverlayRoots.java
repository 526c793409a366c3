package jdocker.daemon.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.kernel.Kernel;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;
import jdocker.storage.InRoot;
import jdocker.storage.LayerStore;
import jdocker.storage.RootFs;
import jdocker.storage.UnknownUser;
import jdocker.storage.UserIdentity;
import jdocker.storage.UserLookup;

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
            try {
                UserIdentity found =
                        UserLookup.in(new InRoot(kernel, root.root())).resolve(spec, groups);
                return new ProcessUser(found.uid(), found.gid(), found.groups(), found.home());
            } catch (UnknownUser e) {
                throw new InvalidRequest(String.valueOf(e.getMessage()));
            }
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
    public long size(String id) {
        return layers.size(id);
    }
}
