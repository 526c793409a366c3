package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileData;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SyscallException;

/**
 * Moves unpacked layers into their places, lowest first, so that a power cut at any moment leaves each whole or absent:
 * complete them in tmp, sync the file system once, rename, sync the folders. Used once.
 */
final class LayerCommit {
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final int NEW_FILE = OpenFlag.of(OpenFlag.WRITE_ONLY, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);

    private final StoreFolders folders;
    private final Trash trash;
    private final FileCalls files;
    private final FileData data;
    private final Function<ChainId, Optional<Layer>> present;
    private final List<Step> steps = new ArrayList<>();

    /** A layer of the chain; {@code folder} is where it lies in tmp, empty when it is in its place already. */
    private record Step(Layer layer, Optional<String> folder) {
        String id() {
            return layer.chainId().digest().hex();
        }
    }

    LayerCommit(StoreFolders folders, Trash trash, Function<ChainId, Optional<Layer>> present) {
        this.folders = folders;
        this.trash = trash;
        this.files = folders.kernel().files();
        this.data = folders.kernel().data();
        this.present = present;
    }

    List<Layer> commit(Optional<Layer> base, List<Layer> beneathBase, List<StagedLayer> staged) {
        beneathBase.forEach(layer -> steps.add(new Step(layer, Optional.empty())));
        base.ifPresent(layer -> steps.add(new Step(layer, Optional.empty())));
        int first = steps.size();
        try {
            staged.forEach(layer -> steps.add(step(layer)));
            publish();
        } finally {
            // What was published is no longer in tmp.
            steps.forEach(step -> step.folder.ifPresent(trash::remove));
        }
        return steps.subList(first, steps.size()).stream().map(Step::layer).toList();
    }

    /**
     * Puts good content in the place of a layer's that is damaged or gone; durable when this returns.
     *
     * @param beneath lowest first
     * @param inUse whether the layer is part of a mounted root, of which nothing may be exchanged
     * @return false when it is in use and everything is as it was
     */
    boolean restore(List<Layer> beneath, StagedLayer staged, BooleanSupplier inUse) {
        beneath.forEach(layer -> steps.add(new Step(layer, Optional.empty())));
        Optional<ChainId> parent = beneath.isEmpty()
                ? Optional.empty()
                : Optional.of(beneath.getLast().chainId());
        ChainId chain = ChainId.of(parent, staged.diffId());
        String folder = staged.takeFolder().orElseThrow(() -> new IllegalStateException("a layer is used twice"));
        try {
            complete(
                    new Layer(chain, parent, staged.diffId(), staged.size(), staged.tarSize(), staged.replaced()),
                    folder,
                    staged);
            data.syncFileSystem(folders.temporary());
            boolean done = exchange(folder, chain.digest().hex(), inUse);
            data.sync(folders.links());
            data.sync(folders.overlay());
            return done;
        } finally {
            trash.remove(folder);
        }
    }

    private boolean exchange(String folder, String id, BooleanSupplier inUse) {
        folders.link(id);
        if (!folders.exists(id)) {
            folders.publish(folder, id);
            return true;
        }
        if (inUse.getAsBoolean()) {
            return false;
        }
        folders.exchange(folder, id);
        if (inUse.getAsBoolean()) {
            folders.exchange(folder, id); // somebody was faster, and has what was there before
            return false;
        }
        return true;
    }

    private void publish() {
        List<Step> added =
                steps.stream().filter(step -> step.folder.isPresent()).toList();
        if (!added.isEmpty()) {
            data.syncFileSystem(folders.temporary());
            added.forEach(this::publish);
            data.sync(folders.links());
            data.sync(folders.overlay());
        }
    }

    private Step step(StagedLayer staged) {
        Optional<ChainId> parent = steps.isEmpty()
                ? Optional.empty()
                : Optional.of(steps.getLast().layer.chainId());
        ChainId chain = ChainId.of(parent, staged.diffId());
        Optional<Layer> known = present.apply(chain);
        if (known.isPresent()) {
            return new Step(known.get(), Optional.empty());
        }
        var layer = new Layer(chain, parent, staged.diffId(), staged.size(), staged.tarSize(), staged.replaced());
        String folder = staged.takeFolder().orElseGet(() -> copy(staged));
        complete(layer, folder, staged);
        return new Step(layer, Optional.of(folder));
    }

    /** The same content a second time in the chain. */
    private String copy(StagedLayer staged) {
        String source = staged.folder();
        boolean published = files.statusIfPresent(folders.temporary(), source).isEmpty();
        String copy = folders.newTemporary("layer");
        try (var from = new OpenDiffs(folders)) {
            files.mkdir(folders.temporary(), copy + "/diff", 0700);
            if (published) {
                from.add(staged.publishedAs().orElseThrow());
            } else {
                from.addTemporary(source);
            }
            try (Fd to = files.open(folders.temporary(), copy + "/diff", DIRECTORY, 0)) {
                new TreeClone(folders.kernel()).copy(from.open().getFirst(), to);
            }
            copyRecord(staged, published, copy);
        }
        return copy;
    }

    private void copyRecord(StagedLayer staged, boolean published, String copy) {
        Fd place = published ? folders.overlay() : folders.temporary();
        String name = published ? staged.publishedAs().orElseThrow() : staged.folder();
        try (Fd from = files.open(place, name, DIRECTORY, 0);
                Fd to = files.open(folders.temporary(), copy, DIRECTORY, 0)) {
            byte[] record = StoreFolders.bytes(TarRecord.FILE);
            files.link(from, record, to, record);
            if (staged.replaced()) {
                files.mkdir(to, TarRecord.REPLACED, 0700);
                try (Fd replaced = files.open(from, TarRecord.REPLACED, DIRECTORY, 0);
                        Fd copied = files.open(to, TarRecord.REPLACED, DIRECTORY, 0)) {
                    new TreeClone(folders.kernel()).copy(replaced, copied);
                }
            }
        }
    }

    private void complete(Layer layer, String name, StagedLayer staged) {
        try (Fd folder = files.open(folders.temporary(), name, DIRECTORY, 0)) {
            inheritAttributes(folder, staged);
            String id = layer.chainId().digest().hex();
            write(folder, "link", StoreFolders.shortName(id));
            if (!steps.isEmpty()) {
                var lower = new ArrayList<String>();
                steps.reversed().forEach(step -> lower.add("l/" + StoreFolders.shortName(step.id())));
                write(folder, "lower", String.join(":", lower));
            }
            try (Fd file = files.open(folder, LayerRecord.FILE, NEW_FILE, 0600)) {
                data.write(file, LayerRecord.format(layer));
            }
            files.chmod(folder, 0710);
        }
        staged.publishAs(layer.chainId().digest().hex());
    }

    /** Directories that the archive did not describe look as they do in the layers beneath. */
    private void inheritAttributes(Fd folder, StagedLayer staged) {
        if (staged.implied().isEmpty() && staged.rootDescribed()) {
            return;
        }
        try (var lower = new OpenDiffs(folders);
                Fd diff = files.open(folder, "diff", DIRECTORY, 0)) {
            steps.reversed()
                    .forEach(step -> step.folder.ifPresentOrElse(lower::addTemporary, () -> lower.add(step.id())));
            var directories = new LowerDirectories(folders.kernel(), lower.open());
            for (byte[] path : staged.implied()) {
                // Empty when a later entry has put something else in its place.
                files.openInIfPresent(diff, path, DIRECTORY, 0, LayerUnpacker.IN_ROOT)
                        .ifPresent(directory -> {
                            try (directory) {
                                directories.copyAttributes(path, directory);
                            }
                        });
            }
            if (!staged.rootDescribed()) {
                directories.copyAttributes(new byte[0], diff);
            }
        }
    }

    private void write(Fd folder, String name, String text) {
        try (Fd file = files.open(folder, name, NEW_FILE, 0600)) {
            data.write(file, text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void publish(Step step) {
        folders.link(step.id()); // first, as a layer without a short name cannot be mounted
        String folder = step.folder.orElseThrow();
        try {
            folders.publish(folder, step.id());
        } catch (SyscallException e) {
            boolean somebodyWasFaster =
                    e.is(Errno.EEXIST) && present.apply(step.layer.chainId()).isPresent();
            if (!somebodyWasFaster) {
                throw e;
            }
        }
    }
}
