package jdocker.storage;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdocker.kernel.DirEntry;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SyscallException;
import jdocker.kernel.UnmountFlag;
import jdocker.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Layers of images and the writable ones of containers, as overlayfs wants them: {@code overlay2/<id>/{diff,lower,…}},
 * where a layer's id is its chain's hash and a container's its own. Layers are whole or absent; who refers to them is the
 * caller's to know. Thread safe; what concerns one container is the caller's to serialise.
 */
public final class LayerStore implements AutoCloseable {
    private static final int READ = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.NO_FOLLOW);
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final int NEW_FILE = OpenFlag.of(OpenFlag.WRITE_ONLY, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);
    private static final int DEEPEST_CHAIN = 500; // overlayfs's own limit

    private final Kernel kernel;
    private final FileCalls files;
    private final StoreFolders folders;
    private final Trash trash;
    private final ContainerLayers containers;
    private final UnpackLimits limits;
    private final WaitingDirectories waiting = new WaitingDirectories();
    private final Map<ChainId, Layer> known = new ConcurrentHashMap<>();

    private LayerStore(StoreFolders folders, Kernel kernel, UnpackLimits limits) {
        this.kernel = kernel;
        this.files = kernel.files();
        this.folders = folders;
        this.trash = new Trash(folders);
        this.containers = new ContainerLayers(folders, trash);
        this.limits = limits;
    }

    /**
     * Opens the store below a data root that exists, and empties {@code tmp}: whatever lies there is of no use any more.
     *
     * @throws SyscallException when folders cannot be made or the private mount fails
     */
    public static LayerStore open(Path dataRoot, Kernel kernel) {
        return open(dataRoot, kernel, UnpackLimits.DEFAULT);
    }

    public static LayerStore open(Path dataRoot, Kernel kernel, UnpackLimits limits) {
        var store = new LayerStore(StoreFolders.open(dataRoot, kernel), kernel, limits);
        store.trash.empty();
        return store;
    }

    /**
     * Unpacks a layer whose place is not known yet, reading the stream to its end.
     *
     * @throws RefusedArchive when it is hostile or broken; nothing is left of it then
     */
    public StagedLayer stage(InputStream uncompressedTar) {
        String folder = folders.newTemporary("layer");
        try {
            var source = new HashedStream(uncompressedTar);
            files.mkdir(folders.temporary(), folder + "/diff", 0755);
            try (source;
                    Fd place = files.open(folders.temporary(), folder, DIRECTORY, 0);
                    Fd diff = files.open(place, "diff", DIRECTORY, 0);
                    Fd recordFile = files.open(place, TarRecord.FILE, NEW_FILE, 0600);
                    var record = new TarRecord(kernel.data(), recordFile);
                    var unpacker = new LayerUnpacker(kernel, diff, limits, new LayerPolicy(files, place, record))) {
                files.chmod(diff, 0755);
                LayerUnpacker.Unpacked unpacked = unpacker.unpack(new TarReader(source, record));
                record.finish();
                return new StagedLayer(
                        trash, folder, source.digest(), unpacked, record, waiting.take(unpacked.implied()));
            }
        } catch (RuntimeException e) {
            trash.remove(folder);
            throw e;
        }
    }

    /**
     * Puts layers into place on top of each other, durably: when this returns they survive a power cut. Layers that are
     * there already are left alone.
     *
     * @return all of them, lowest first
     */
    public List<Layer> commit(List<StagedLayer> lowestFirst) {
        return commit(Optional.empty(), lowestFirst);
    }

    /** The same on top of a layer of the store. */
    public List<Layer> commit(Optional<ChainId> parent, List<StagedLayer> lowestFirst) {
        List<Layer> below = parent.map(this::chain).orElse(List.of()).reversed();
        Optional<Layer> base = below.isEmpty() ? Optional.empty() : Optional.of(below.getLast());
        List<Layer> beneathBase = below.isEmpty() ? below : below.subList(0, below.size() - 1);
        return new LayerCommit(folders, trash, this::layer).commit(base, beneathBase, lowestFirst);
    }

    /**
     * Unpacks a layer and puts it into place.
     *
     * @throws RefusedArchive also when it is not the one that was expected
     */
    public Layer apply(Optional<ChainId> parent, InputStream uncompressedTar, Optional<Digest> expectedDiffId) {
        try (StagedLayer staged = stage(uncompressedTar)) {
            if (expectedDiffId.isPresent() && !expectedDiffId.get().equals(staged.diffId())) {
                throw new RefusedArchive(
                        "the layer's digest is " + staged.diffId() + " instead of " + expectedDiffId.get());
            }
            return commit(parent, List.of(staged)).getFirst();
        }
    }

    /**
     * Puts good content in the place of a layer that is damaged or gone, on top of a layer of the store.
     *
     * @return false when a container that is mounted stands on it: nothing may be exchanged beneath that
     */
    public boolean restore(Optional<ChainId> parent, StagedLayer staged) {
        List<Layer> beneath = parent.map(this::chain).orElse(List.of()).reversed();
        ChainId chain = ChainId.of(parent, staged.diffId());
        boolean done = new LayerCommit(folders, trash, this::layer)
                .restore(
                        beneath,
                        staged,
                        () -> containers.isMountedOn(chain.digest().hex()));
        known.remove(chain);
        return done;
    }

    public Optional<Layer> layer(ChainId chain) {
        Layer cached = known.get(chain);
        if (cached != null) {
            return Optional.of(cached);
        }
        return Optional.ofNullable(known.computeIfAbsent(chain, this::read));
    }

    private @Nullable Layer read(ChainId chain) {
        return readFile(chain.digest().hex() + "/" + LayerRecord.FILE)
                .flatMap(file -> LayerRecord.parse(chain, file))
                .orElse(null);
    }

    /**
     * A layer as the tar that it came in.
     *
     * @throws IllegalStateException when there is no such layer
     */
    public LayerTar tar(ChainId chain) {
        Layer layer = layer(chain).orElseThrow(() -> new IllegalStateException("layer " + chain + " is missing"));
        return new LayerTar(kernel, folders.overlay(), layer);
    }

    /** A layer and all beneath it, highest first. */
    public List<Layer> chain(ChainId top) {
        var chain = new ArrayList<Layer>();
        for (Optional<ChainId> at = Optional.of(top);
                at.isPresent();
                at = chain.getLast().parent()) {
            ChainId id = at.get();
            chain.add(layer(id).orElseThrow(() -> new IllegalStateException("layer " + id + " is missing")));
            if (chain.size() > DEEPEST_CHAIN) {
                throw new IllegalStateException("the layers beneath " + top + " never end");
            }
        }
        return chain;
    }

    /** Every layer on disk. */
    public Set<ChainId> layers() {
        var layers = new HashSet<ChainId>();
        for (DirEntry entry : files.list(folders.overlay())) {
            Digest.tryParse("sha256:" + entry.text())
                    .map(ChainId::new)
                    .filter(chain -> layer(chain).isPresent())
                    .ifPresent(layers::add);
        }
        return layers;
    }

    /** Removes a layer that no image and no other layer needs, and the init layer that belongs to it. */
    public void remove(ChainId chain) {
        // In one with what is remembered: else somebody reads the record just before it goes, and remembers it after.
        known.compute(chain, (_, _) -> {
            String id = chain.digest().hex();
            for (String folder : List.of(InitLayers.idFor(Optional.of(chain)), id)) {
                trash.discardLater(folder);
                folders.unlink(folder);
            }
            return null;
        });
    }

    /** Removes every layer that is neither among these nor beneath one of them. */
    public void removeUnreferenced(Set<ChainId> tops) {
        var live = new HashSet<ChainId>();
        for (ChainId top : tops) {
            for (Optional<ChainId> at = Optional.of(top); at.isPresent() && live.add(at.get()); ) {
                at = layer(at.get()).flatMap(Layer::parent);
            }
        }
        layers().stream().filter(chain -> !live.contains(chain)).forEach(this::remove);
    }

    /** Makes a container's writable layer; does nothing when it is there, so that it may be called before any start. */
    public void prepare(String containerId, Optional<ChainId> top) {
        checkId(containerId);
        List<String> layers = top.map(this::chain).orElse(List.of()).stream()
                .map(layer -> layer.chainId().digest().hex())
                .toList();
        containers.prepare(containerId, top, layers);
    }

    /** Mounts a prepared container's root; where it is mounted already, that mount is taken. */
    public RootFs mount(String containerId) {
        checkId(containerId);
        return containers.mount(containerId);
    }

    /** The root of a container that is mounted, for a look; closing it leaves the mount. Empty when it is not mounted. */
    public Optional<RootFs> mounted(String containerId) {
        checkId(containerId);
        return containers.isMounted(containerId) ? Optional.of(containers.mounted(containerId)) : Optional.empty();
    }

    /**
     * The root of a container that is not mounted, with its volumes, in a mount namespace of its own: nobody else sees the
     * mount, and it ends with the closing, whatever happens.
     *
     * What is not there to mount a volume on is made. The caller sees to it that nobody starts the container meanwhile, that
     * is until the closing of a writable view: overlayfs does not take two writers.
     */
    public RootFs view(String containerId, List<VolumeBind> binds, boolean writable) {
        checkId(containerId);
        return containers.view(containerId, binds, writable);
    }

    /** False when it was not mounted. */
    public boolean unmount(String containerId) {
        checkId(containerId);
        return containers.unmount(containerId);
    }

    public boolean isMounted(String containerId) {
        checkId(containerId);
        return containers.isMounted(containerId);
    }

    /** Unmounts a container's root and removes its writable layer; no failure when there is none. */
    public void remove(String containerId) {
        checkId(containerId);
        containers.remove(containerId);
    }

    /** The containers that have a writable layer on disk. */
    public Set<String> containers() {
        return containers.all();
    }

    /** What a container has written, in bytes; walks its files. */
    public long size(String containerId) {
        checkId(containerId);
        return containers.size(containerId);
    }

    /**
     * What a container has changed in its image's files.
     *
     * @throws UnarchivableTree when that is too much to tell
     */
    public List<FileChange> changes(String containerId, Optional<ChainId> top) {
        checkId(containerId);
        try (var diffs = lower(top);
                Fd upper = files.open(folders.overlay(), containerId + "/diff", DIRECTORY, 0)) {
            return new ContainerChanges(kernel, new LowerDirectories(kernel, diffs.open())).of(upper);
        }
    }

    /**
     * In what the files of one image differ from another's.
     *
     * @throws UnarchivableTree when that is too much to tell
     */
    public List<FileDifference> difference(Optional<ChainId> before, Optional<ChainId> after) {
        try (var old = image(before);
                var young = image(after)) {
            return new TreeDifference(
                            kernel,
                            new LowerDirectories(kernel, old.open()),
                            new LowerDirectories(kernel, young.open()))
                    .find();
        }
    }

    private OpenDiffs image(Optional<ChainId> top) {
        var diffs = new OpenDiffs(folders);
        top.map(this::chain)
                .orElse(List.of())
                .forEach(layer -> diffs.add(layer.chainId().digest().hex()));
        return diffs;
    }

    private OpenDiffs lower(Optional<ChainId> top) {
        var diffs = new OpenDiffs(folders);
        try {
            if (folders.exists(InitLayers.idFor(top))) {
                diffs.add(InitLayers.idFor(top));
            }
            top.map(this::chain)
                    .orElse(List.of())
                    .forEach(layer -> diffs.add(layer.chainId().digest().hex()));
            return diffs;
        } catch (RuntimeException e) {
            diffs.close();
            throw e;
        }
    }

    /**
     * Makes a layer of what a container has written; it may go on writing, but then nobody knows what of that is in it.
     *
     * @throws UnarchivableTree when it holds what no layer can
     */
    public StagedLayer stage(String containerId, Optional<ChainId> top) {
        checkId(containerId);
        try (var diffs = lower(top);
                Fd upper = files.open(folders.overlay(), containerId + "/diff", DIRECTORY, 0);
                var tar = new Pump("commit-" + shortName(containerId), out -> {
                    var writer = new TarWriter(out);
                    new TreeTar(kernel, writer, true)
                            .changes(upper, new LowerDirectories(kernel, diffs.open()).status(new byte[0]));
                    writer.end();
                })) {
            return stage(tar);
        }
    }

    private static String shortName(String containerId) {
        return containerId.substring(0, Math.min(12, containerId.length()));
    }

    /**
     * Gives a prepared container that is not mounted a copy of what another engine's container on the same layers has
     * written, in the place of its own; whole or not at all.
     *
     * @param upper the writable layer of an overlay that is not mounted
     * @throws UnarchivableTree when it holds what cannot be copied
     */
    public void takeOver(String containerId, Path upper) {
        checkId(containerId);
        try (Fd from = files.open(null, upper.toString(), DIRECTORY, 0);
                var tar = new Pump("takeover-" + shortName(containerId), out -> {
                    var writer = new TarWriter(out);
                    new TreeTar(kernel, writer, true).writable(from);
                    writer.end();
                });
                StagedLayer staged = stage(tar)) {
            containers.replaceWritten(containerId, staged);
        }
    }

    /** Where a container's parts lie, by the names that Docker's inspect uses. */
    public Map<String, String> describe(String containerId, Optional<ChainId> top) {
        checkId(containerId);
        Path folder = folders.overlayPath().resolve(containerId);
        var lower = new ArrayList<String>();
        lower.add(diff(InitLayers.idFor(top)));
        top.map(this::chain)
                .orElse(List.of())
                .forEach(layer -> lower.add(diff(layer.chainId().digest().hex())));
        var parts = new LinkedHashMap<String, String>();
        parts.put("LowerDir", String.join(":", lower));
        parts.put("MergedDir", folder.resolve("merged").toString());
        parts.put("UpperDir", folder.resolve("diff").toString());
        parts.put("WorkDir", folder.resolve("work").toString());
        return parts;
    }

    /** The same for an image. */
    public Map<String, String> describe(ChainId top) {
        var parts = new LinkedHashMap<String, String>();
        List<Layer> chain = chain(top);
        if (chain.size() > 1) {
            parts.put(
                    "LowerDir",
                    String.join(
                            ":",
                            chain.stream()
                                    .skip(1)
                                    .map(layer -> diff(layer.chainId().digest().hex()))
                                    .toList()));
        }
        Path folder = folders.overlayPath().resolve(top.digest().hex());
        parts.put("MergedDir", folder.resolve("merged").toString());
        parts.put("UpperDir", folder.resolve("diff").toString());
        parts.put("WorkDir", folder.resolve("work").toString());
        return parts;
    }

    private String diff(String id) {
        return folders.overlayPath().resolve(id).resolve("diff").toString();
    }

    private Optional<byte[]> readFile(String name) {
        try (Fd file = files.open(folders.overlay(), name, READ, 0)) {
            return Optional.of(kernel.data().readAll(file, 64 * 1024));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Ids become names of folders. */
    private static void checkId(String id) {
        boolean valid = !id.isEmpty()
                && id.length() <= 128
                && !id.equals("l")
                && !id.endsWith(InitLayers.SUFFIX)
                && id.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-' || c == '_');
        if (!valid) {
            throw new IllegalArgumentException("invalid container id '" + id + "'");
        }
    }

    /** Takes the private mount away unless containers are mounted beneath it. */
    @Override
    public void close() {
        trash.close();
        folders.close();
        try {
            kernel.mounts().unmountIfMounted(folders.overlayPath().toString(), UnmountFlag.NO_FOLLOW);
        } catch (SyscallException e) {
            if (!e.is(Errno.EBUSY)) {
                throw e;
            }
        }
    }
}
