package jdocker.storage;

import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileStatus;

/**
 * What an entry of a layer is in the way of a later one: contents are moved aside, as the layer's tar has them, the rest is
 * removed.
 */
final class Replaced {
    private final FileCalls files;
    private final Fd folder;
    private final TarRecord record;

    /** @param folder of the layer, in which the contents are kept */
    Replaced(FileCalls files, Fd folder, TarRecord record) {
        this.files = files;
        this.folder = folder;
        this.record = record;
    }

    TarRecord record() {
        return record;
    }

    /** Clears the name. */
    void take(Fd parent, EntryPath path, FileStatus status) {
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
}
