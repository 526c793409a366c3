package jdocker.storage;

import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileStatus;

/** Unpacks into a directory of a container: names mean themselves, and what is there is replaced. */
final class CopyPolicy implements UnpackPolicy {
    private final FileCalls files;
    private final byte[] place;
    private final CopyRules rules;

    /** @param place the directory, from the container's root on */
    CopyPolicy(FileCalls files, byte[] place, CopyRules rules) {
        this.files = files;
        this.place = place.clone();
        this.rules = rules;
    }

    @Override
    public boolean isLayer() {
        return false;
    }

    @Override
    public TarEntry adapt(TarEntry entry) {
        Optional<CopyRules.Owner> owner = rules.owner();
        return owner.isEmpty()
                ? entry
                : entry.owned(owner.get().uid(), owner.get().gid());
    }

    @Override
    public EntryPath place(EntryPath path) {
        return new EntryPath(path.parent().length == 0 ? place : EntryPath.child(place, path.parent()), path.base());
    }

    @Override
    public void clear(Fd parent, EntryPath path, FileStatus status, boolean forDirectory) {
        if (rules.keepKinds() && status.isDirectory() != forDirectory) {
            throw new RefusedArchive(
                    forDirectory
                            ? "cannot overwrite non-directory '" + path.label() + "' with a directory"
                            : "cannot overwrite directory '" + path.label() + "' with a non-directory");
        }
        if (status.isDirectory()) {
            TreeRemoval.remove(files, parent, path.base());
        } else {
            files.unlink(parent, path.base());
        }
    }

    @Override
    public void content(EntryPath path, long position, long length) {
        // nobody asks for this tar again
    }

    @Override
    public long tarSize() {
        return 0;
    }
}
