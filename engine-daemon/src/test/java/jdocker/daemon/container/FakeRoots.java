package jdocker.daemon.container;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdocker.api.MountPoint;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.storage.FileChange;
import jdocker.storage.RootTree;

/** Roots that are nothing but names, or where {@link #files} is given, that folder for every container. */
final class FakeRoots implements RootFileSystems {
    final Set<String> ids = ConcurrentHashMap.newKeySet();
    final Set<String> torn = ConcurrentHashMap.newKeySet();
    final Set<String> mounted = ConcurrentHashMap.newKeySet();
    final Map<String, Path> takenOver = new ConcurrentHashMap<>();
    volatile Runnable beforeRemoval = () -> {};
    volatile Optional<Path> files = Optional.empty();

    private record Root(Path path) implements MountedRoot {
        @Override
        public ProcessUser user(String spec, List<String> groups) {
            if (spec.equals("nobody-knows")) {
                throw new InvalidRequest("unable to find user " + spec + ": no matching entries in passwd file");
            }
            return new ProcessUser(0, 0, List.of(0L), "/root");
        }

        @Override
        public void makeDirectory(String path) {}

        @Override
        public void close() {}
    }

    @Override
    public void prepare(String id, Optional<String> topLayer) {
        ids.add(id);
        torn.remove(id);
    }

    @Override
    public MountedRoot mount(String id) {
        if (!ids.contains(id) || torn.contains(id)) {
            throw new IllegalStateException("the layer of container " + id + " is not prepared");
        }
        mounted.add(id);
        return new Root(Path.of("/roots", id));
    }

    @Override
    public boolean isMounted(String id) {
        return mounted.contains(id);
    }

    @Override
    public void unmount(String id) {
        mounted.remove(id);
    }

    @Override
    public void remove(String id) {
        beforeRemoval.run();
        ids.remove(id);
        mounted.remove(id);
    }

    @Override
    public Set<String> ids() {
        return new HashSet<>(ids);
    }

    @Override
    public Map<String, String> graphData(String id, Optional<String> topLayer) {
        return Map.of("MergedDir", "/roots/" + id);
    }

    @Override
    public List<FileChange> changes(String id, Optional<String> topLayer) {
        return List.of(new FileChange("/etc", FileChange.Kind.MODIFIED), new FileChange("/new", FileChange.Kind.ADDED));
    }

    @Override
    public ContainerTree whole(String id) {
        return tree();
    }

    @Override
    public ContainerTree running(long pid, long startTime) {
        return tree();
    }

    @Override
    public ContainerTree stopped(String id, List<MountPoint> volumes, boolean writable) {
        return tree();
    }

    private ContainerTree tree() {
        Path folder = files.orElseThrow(() -> new UnsupportedOperationException("no files"));
        Kernel kernel = Kernel.load();
        Fd root = kernel.files().open(folder.toString(), OpenFlag.PATH, OpenFlag.DIRECTORY);
        return new ContainerTree(
                new RootTree(kernel, root), user -> new ProcessUser(7, 8, List.of(8L), "/"), root::close);
    }

    @Override
    public void takeOver(String id, Path upper) {
        takenOver.put(id, upper);
    }

    @Override
    public long size(String id) {
        return 7;
    }
}
