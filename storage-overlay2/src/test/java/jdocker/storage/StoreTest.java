package jdocker.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileStatus;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store in a temporary directory. */
abstract class StoreTest {
    static final Kernel KERNEL = Kernel.load();
    static final FileCalls FILES = KERNEL.files();

    Path dataRoot;

    LayerStore store;

    @BeforeEach
    void makeRoot() throws IOException {
        // JUnit's own would tell of every link that leads out of it.
        dataRoot = Files.createTempDirectory("layer-store-");
        openStore();
    }

    void openStore() {
        store = LayerStore.open(dataRoot, KERNEL);
    }

    @AfterEach
    void closeStore() {
        for (String container : store.containers()) {
            store.remove(container);
        }
        store.close();
        removeTree(dataRoot);
    }

    static void removeTree(Path path) {
        try (Fd parent = FILES.open(path.getParent().toString(), OpenFlag.DIRECTORY)) {
            TreeRemoval.remove(FILES, parent, path.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    Layer apply(TarBytes archive) {
        return apply(Optional.empty(), archive);
    }

    Layer apply(Optional<ChainId> parent, TarBytes archive) {
        return store.apply(parent, archive.stream(), Optional.empty());
    }

    Layer apply(Optional<ChainId> parent, InputStream archive) {
        return store.apply(parent, archive, Optional.empty());
    }

    Path diff(Layer layer) {
        return dataRoot.resolve("overlay2")
                .resolve(layer.chainId().digest().hex())
                .resolve("diff");
    }

    static FileStatus status(Path path) {
        return FILES.status(null, path.toString());
    }

    static Optional<String> xattr(Path path, String name) {
        try (Fd fd = FILES.open(path.toString(), OpenFlag.PATH, OpenFlag.NO_FOLLOW)) {
            return KERNEL.xattrs().get(fd, name).map(String::new);
        }
    }

    /** What lies in tmp, which must be nothing whenever no work is going on. */
    List<String> temporary() throws IOException {
        try (var files = Files.list(dataRoot.resolve("tmp"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
