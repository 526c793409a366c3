package jdocker.kernel;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Mounting, in the old form (a path) and the new (descriptors, Linux 5.2). Failures are {@link SyscallException}s. */
public interface Mounts {
    void mount(Mount mount);

    /** Takes the topmost mount off a path. */
    void unmount(String target, UnmountFlag... flags);

    /** False where nothing is mounted on the path (EINVAL) or the path does not exist. */
    boolean unmountIfMounted(String target, UnmountFlag... flags);

    /** fsopen(2): a file system being configured. */
    Fd fsOpen(String type);

    /** {@code FSCONFIG_SET_STRING}; the error carries the kernel's own words. */
    void fsSet(Fd context, String key, String value);

    /** {@code FSCONFIG_SET_FLAG}. */
    void fsSetFlag(Fd context, String key);

    /** {@code FSCONFIG_SET_FD}. */
    void fsSetFd(Fd context, String key, Fd value);

    /** {@code FSCONFIG_CMD_CREATE}. */
    void fsCreate(Fd context);

    /** A mount that is nowhere in the tree yet. */
    Fd fsMount(Fd context, Set<MountAttribute> attributes);

    /** open_tree(2) with {@code OPEN_TREE_CLONE}: a detached bind of a place, with what is mounted beneath if wanted. */
    Fd cloneTree(@Nullable Fd directory, byte[] path, boolean recursive);

    /** Attaches a detached mount to an open directory or file. */
    void moveMount(Fd mount, Fd target);

    /** The same to a name. */
    void moveMount(Fd mount, @Nullable Fd directory, byte[] path);

    /** mount_setattr(2), Linux 5.12, of the mount that the descriptor is on. */
    void setAttributes(Fd mount, MountChange change, boolean recursive);

    /**
     * What mount_setattr(2) is to change.
     *
     * @param propagation one of SHARED, SLAVE, PRIVATE, UNBINDABLE, or none
     * @param userNamespace for {@link MountAttribute#IDMAP}
     */
    record MountChange(
            Set<MountAttribute> set,
            Set<MountAttribute> clear,
            @Nullable MountFlag propagation,
            @Nullable Fd userNamespace) {
        public MountChange {
            set = Set.copyOf(set);
            clear = Set.copyOf(clear);
        }

        public static MountChange set(MountAttribute... attributes) {
            return new MountChange(Set.of(attributes), Set.of(), null, null);
        }

        public static MountChange propagation(MountFlag propagation) {
            return new MountChange(Set.of(), Set.of(), propagation, null);
        }
    }
}
