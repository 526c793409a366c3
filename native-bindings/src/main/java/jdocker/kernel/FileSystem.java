package jdocker.kernel;

import java.util.Optional;

/** Magic numbers of file systems, from linux/magic.h. */
public enum FileSystem {
    PROC(0x9fa0),
    SYSFS(0x62656572),
    TMPFS(0x01021994),
    DEVPTS(0x1cd1),
    MQUEUE(0x19800202),
    OVERLAY(0x794c7630),
    CGROUP(0x27e0eb),
    CGROUP2(0x63677270),
    NSFS(0x6e736673),
    PIDFS(0x50494446),
    EXT4(0xef53),
    XFS(0x58465342),
    BTRFS(0x9123683eL);

    private final long magic;

    FileSystem(long magic) {
        this.magic = magic;
    }

    public long magic() {
        return magic;
    }

    public static Optional<FileSystem> of(long magic) {
        for (FileSystem system : values()) {
            if (system.magic == magic) {
                return Optional.of(system);
            }
        }
        return Optional.empty();
    }
}
