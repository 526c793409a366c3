package jdocker.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@link Mounts} by the running kernel. */
final class LinuxMounts implements Mounts {
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSMOUNT_CLOEXEC = 1;
    private static final int FSCONFIG_SET_FLAG = 0;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_SET_FD = 5;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    private static final int LONGEST_MESSAGE = 1024;
    private static final byte[] EMPTY = {};

    private final Calls calls;

    LinuxMounts(Calls calls) {
        this.calls = calls;
    }

    @Override
    public void mount(Mount mount) {
        try (Scratch s = calls.scratch()) {
            long type = mount.type().isEmpty() ? 0 : s.string(mount.type());
            long data = mount.data().isEmpty() ? 0 : s.string(mount.data());
            long flags = MountFlag.bits(mount.flags());
            long rc = calls.call(
                    SyscallNumber.MOUNT, s.string(mount.source()), s.string(mount.target()), type, flags, data);
            if (rc < 0) {
                throw SyscallException.of(SyscallNumber.MOUNT, rc, mount.toString());
            }
        }
    }

    @Override
    public void unmount(String target, UnmountFlag... flags) {
        check(SyscallNumber.UMOUNT2, umount(target, flags), target);
    }

    @Override
    public boolean unmountIfMounted(String target, UnmountFlag... flags) {
        long rc = umount(target, flags);
        if (rc == -Errno.EINVAL.number() || rc == -Errno.ENOENT.number()) {
            return false;
        }
        check(SyscallNumber.UMOUNT2, rc, target);
        return true;
    }

    private long umount(String target, UnmountFlag... flags) {
        try (Scratch s = calls.scratch()) {
            return calls.call(SyscallNumber.UMOUNT2, s.string(target), UnmountFlag.of(flags));
        }
    }

    @Override
    public Fd fsOpen(String type) {
        try (Scratch s = calls.scratch()) {
            long fd = calls.call(SyscallNumber.FSOPEN, s.string(type), FSOPEN_CLOEXEC);
            return opened(SyscallNumber.FSOPEN, fd, type);
        }
    }

    @Override
    public void fsSet(Fd context, String key, String value) {
        try (Scratch s = calls.scratch()) {
            configure(context, FSCONFIG_SET_STRING, s.string(key), s.string(value), 0, key + "=" + value);
        }
    }

    @Override
    public void fsSetFlag(Fd context, String key) {
        try (Scratch s = calls.scratch()) {
            configure(context, FSCONFIG_SET_FLAG, s.string(key), 0, 0, key);
        }
    }

    @Override
    public void fsSetFd(Fd context, String key, Fd value) {
        try (Scratch s = calls.scratch()) {
            configure(context, FSCONFIG_SET_FD, s.string(key), 0, value.number(), key + "=fd " + value);
        }
    }

    @Override
    public void fsCreate(Fd context) {
        configure(context, FSCONFIG_CMD_CREATE, 0, 0, 0, "create");
    }

    private void configure(Fd context, int command, long key, long value, long aux, String arguments) {
        long rc = calls.call(SyscallNumber.FSCONFIG, context.number(), command, key, value, aux);
        if (rc < 0) {
            String said = messages(context);
            throw SyscallException.of(SyscallNumber.FSCONFIG, rc, said.isEmpty() ? arguments : arguments + ": " + said);
        }
    }

    /** The kernel's log of this file system context: each read gives one message, {@code e text}. */
    private String messages(Fd context) {
        StringBuilder all = new StringBuilder();
        try (Scratch s = calls.scratch()) {
            int at = s.room(LONGEST_MESSAGE);
            long length;
            while ((length = calls.call(SyscallNumber.READ, context.number(), s.address(at), LONGEST_MESSAGE)) > 0) {
                String line = new String(s.copy(at, (int) length), StandardCharsets.UTF_8).strip();
                all.append(all.isEmpty() ? "" : "; ").append(line.length() > 2 ? line.substring(2) : line);
            }
        }
        return all.toString();
    }

    @Override
    public Fd fsMount(Fd context, Set<MountAttribute> attributes) {
        long fd = calls.call(SyscallNumber.FSMOUNT, context.number(), FSMOUNT_CLOEXEC, bits(attributes));
        return opened(SyscallNumber.FSMOUNT, fd, "fd " + context + " " + attributes);
    }

    @Override
    public Fd cloneTree(@Nullable Fd directory, byte[] path, boolean recursive) {
        try (Scratch s = calls.scratch()) {
            int flags = OPEN_TREE_CLONE | OpenFlag.CLOSE_ON_EXEC.bits() | (recursive ? AT_RECURSIVE : 0);
            int empty = path.length == 0 ? AT_EMPTY_PATH : 0;
            long fd = calls.call(SyscallNumber.OPEN_TREE, LinuxFiles.at(directory), s.path(path), flags | empty);
            return opened(SyscallNumber.OPEN_TREE, fd, Names.in(directory, path));
        }
    }

    @Override
    public void moveMount(Fd mount, Fd target) {
        move(mount, target, EMPTY, MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    }

    @Override
    public void moveMount(Fd mount, @Nullable Fd directory, byte[] path) {
        move(mount, directory, path, MOVE_MOUNT_F_EMPTY_PATH);
    }

    private void move(Fd mount, @Nullable Fd directory, byte[] path, int flags) {
        try (Scratch s = calls.scratch()) {
            long empty = s.path(EMPTY);
            long to = s.path(path);
            long rc = calls.call(SyscallNumber.MOVE_MOUNT, mount.number(), empty, LinuxFiles.at(directory), to, flags);
            check(SyscallNumber.MOVE_MOUNT, rc, "fd " + mount + " to " + Names.in(directory, path));
        }
    }

    @Override
    public void setAttributes(Fd mount, MountChange change, boolean recursive) {
        try (Scratch s = calls.scratch()) {
            int attr = s.room(32);
            s.putLong(attr, bits(change.set()));
            s.putLong(attr + 8, bits(change.clear()));
            s.putLong(
                    attr + 16,
                    change.propagation() == null ? 0 : change.propagation().bits());
            s.putLong(
                    attr + 24,
                    change.userNamespace() == null ? 0 : change.userNamespace().number());
            int flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
            long rc =
                    calls.call(SyscallNumber.MOUNT_SETATTR, mount.number(), s.path(EMPTY), flags, s.address(attr), 32);
            check(SyscallNumber.MOUNT_SETATTR, rc, "fd " + mount + " " + change);
        }
    }

    private static int bits(Set<MountAttribute> attributes) {
        int all = 0;
        for (MountAttribute attribute : attributes) {
            all |= attribute.bits();
        }
        return all;
    }

    private static Fd opened(SyscallNumber call, long fd, String arguments) {
        check(call, fd, arguments);
        return new Fd((int) fd);
    }

    private static void check(SyscallNumber call, long result, String arguments) {
        if (result < 0) {
            throw SyscallException.of(call, result, arguments);
        }
    }
}
