package jdocker.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.Mount;
import jdocker.kernel.Mounts;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SyscallException;
import jdocker.kernel.UnmountFlag;

/**
 * Mounts overlays of any number of layers. Few fit into the page of options that mount(2) takes, which is one call. Many
 * are told one by one where the kernel (6.5) can, else by relative names from within the store's folder.
 */
final class OverlayMounts {
    private final Kernel kernel;
    private final Mounts mounts;
    private final String folder;
    private final String features = OverlayOptions.detectFeatures();
    private volatile boolean oneByOne = true;

    OverlayMounts(Kernel kernel, String folder) {
        this.kernel = kernel;
        this.mounts = kernel.mounts();
        this.folder = folder;
    }

    void mount(String id, List<String> lowers) {
        mount(id, new OverlayOptions(folder, lowers, id, true, features));
    }

    /** Only to look at: nothing of it shows that it was there. */
    void mountToRead(String id, List<String> lowers) {
        var all = new ArrayList<String>();
        all.add(id + "/diff");
        all.addAll(lowers);
        mount(id, new OverlayOptions(folder, all, id, false, features));
    }

    private void mount(String id, OverlayOptions options) {
        String absolute = options.absolute();
        String target = target(id);
        if (OverlayOptions.fits(absolute)) {
            mounts.mount(Mount.overlay(target, absolute));
        } else if (!oneByOne || !mountOneByOne(options, target)) {
            mountRelative(options, target);
        }
    }

    /** False when the kernel does not know {@code lowerdir+}. */
    private boolean mountOneByOne(OverlayOptions options, String target) {
        try (Fd context = mounts.fsOpen("overlay")) {
            if (!addLowers(context, options)) {
                oneByOne = false;
                return false;
            }
            if (options.writable()) {
                mounts.fsSet(context, "upperdir", options.upper());
                mounts.fsSet(context, "workdir", options.work());
            }
            for (String feature : options.features().split(",", -1)) {
                if (!feature.isEmpty()) {
                    mounts.fsSet(context, feature.substring(0, feature.indexOf('=')), "off");
                }
            }
            mounts.fsCreate(context);
            try (Fd mount = mounts.fsMount(context, Set.of())) {
                mounts.moveMount(mount, null, StoreFolders.bytes(target));
            }
            return true;
        }
    }

    private boolean addLowers(Fd context, OverlayOptions options) {
        try {
            options.absoluteLowers().forEach(lower -> mounts.fsSet(context, "lowerdir+", lower));
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.EINVAL)) {
                return false;
            }
            throw e;
        }
    }

    /** From a thread whose working directory is its own, and which ends with the mount. */
    void mountRelative(OverlayOptions options, String target) {
        try (Fd directory = kernel.files().open(folder, OpenFlag.READ_ONLY, OpenFlag.DIRECTORY)) {
            kernel.namespaces().inDirectory(directory, () -> mounts.mount(Mount.overlay(target, options.relative())));
        }
    }

    /** False when nothing was mounted. */
    boolean unmount(String id) {
        try {
            return mounts.unmountIfMounted(target(id), UnmountFlag.NO_FOLLOW);
        } catch (SyscallException e) {
            if (!e.is(Errno.EBUSY)) {
                throw e;
            }
            return mounts.unmountIfMounted(target(id), UnmountFlag.NO_FOLLOW, UnmountFlag.DETACH);
        }
    }

    String target(String id) {
        return folder + "/" + id + "/merged";
    }
}
