package jdocker.storage;

import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileStatus;

/** Unpacks layers: how the tar was written is taken down, and what its entries replace is moved aside. */
final class LayerPolicy implements UnpackPolicy {
    private final FileCalls files;
    private final Fd folder;
    private final TarRecord record;

    /** @param folder of the layer, in which replaced contents are kept */
    LayerPolicy(FileCalls files, Fd folder, TarRecord record) {
        this.files = files;
        this.folder = folder;
        this.record = record;
    }

    @Override
    public boolean isLayer() {
        return true;
    }

    @Override
    public TarEntry adapt(TarEntry entry) {
        return entry;
    }

    @Override
    public EntryPath place(EntryPath path) {
        return path;
    }

    @Override
    public void clear(Fd parent, EntryPath path, FileStatus status, boolean forDirectory) {
        boolean holdsContent = status.isDirectory() || status.isRegular() && status.size() > 0;
        if (!holdsContent) {
            files.unlink(parent, path.base());
            return;
        }
        int number = record.nextMoved();
        if (number == 0) {
            files.mkdir(folder, TarRecord.REPLACED, 0700);
        }
        files.rename(parent, path.base(), folder, StoreFolders.bytes(TarRecord.REPLACED + "/" + number));
        record.moved(path.whole(), number);
    }

    @Override
    public void content(EntryPath path, long position, long length) {
        record.content(path.whole(), position, length);
    }

    @Override
    public long tarSize() {
        return record.size();
    }
}
