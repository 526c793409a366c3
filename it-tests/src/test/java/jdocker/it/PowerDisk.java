package jdocker.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An ext4 file system of its own whose power can be cut: by EXT4_IOC_SHUTDOWN without a flush of the journal, so that
 * nothing reaches the disk any more that was not there. Mounted again it is what a machine finds after a power cut.
 */
final class PowerDisk {
    /** EXT4_IOC_SHUTDOWN and EXT4_GOING_FLAGS_NOLOGFLUSH of fs/ext4/ext4.h. */
    private static final String SHUT_DOWN =
            "import fcntl,os,struct,sys; fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";

    private final Path image;
    private final Path mountPoint;

    private PowerDisk(Path image, Path mountPoint) {
        this.image = image;
        this.mountPoint = mountPoint;
    }

    /** A new one of this many bytes, mounted. */
    static PowerDisk make(Path image, Path mountPoint, long size) {
        Command.run("truncate", "-s", Long.toString(size), image.toString()).ok();
        Command.run("mkfs.ext4", "-q", "-F", image.toString()).ok();
        try {
            Files.createDirectories(mountPoint);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var disk = new PowerDisk(image, mountPoint);
        disk.mount();
        return disk;
    }

    void mount() {
        Command.run("mount", "-o", "loop", image.toString(), mountPoint.toString())
                .ok();
    }

    void cut() {
        Command.run("python3", "-c", SHUT_DOWN, mountPoint.toString()).ok();
    }

    /** Waits until nobody holds the dead file system: two mounts of one image would ruin it. */
    void awaitGone() {
        Command.run("umount", "-R", mountPoint.toString());
        Engine.eventually(
                "the file system on " + image + " is let go",
                Duration.ofSeconds(20),
                () -> Command.run("losetup", "-j", image.toString()).ok().text().isEmpty());
    }
}
