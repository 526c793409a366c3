package jdocker.storage;

import java.util.ArrayList;
import java.util.List;
import jdocker.kernel.Fd;
import jdocker.kernel.OpenFlag;

/** The contents of some layers, open, closed together. */
final class OpenDiffs implements AutoCloseable {
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);

    private final StoreFolders folders;
    private final List<Fd> open = new ArrayList<>();

    OpenDiffs(StoreFolders folders) {
        this.folders = folders;
    }

    /** Of a layer in its place. */
    void add(String id) {
        open.add(folders.kernel().files().open(folders.overlay(), id + "/diff", DIRECTORY, 0));
    }

    /** Of a layer still in tmp. */
    void addTemporary(String folder) {
        open.add(folders.kernel().files().open(folders.temporary(), folder + "/diff", DIRECTORY, 0));
    }

    List<Fd> open() {
        return open;
    }

    @Override
    public void close() {
        open.forEach(Fd::close);
    }
}
