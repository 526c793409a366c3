package jdocker.daemon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;

/** A root directory that is ours alone for as long as this is open, also against a daemon that was killed: flock(2). */
final class RootLock implements AutoCloseable {
    private final Fd file;

    private RootLock(Fd file) {
        this.file = file;
    }

    /**
     * Makes the directory with this mode where there is none, and takes its lock.
     *
     * @throws StartFailure when another daemon has it
     */
    static RootLock take(Kernel kernel, Path root, String permissions) {
        Path lock = root.resolve("lock");
        try {
            if (Files.notExists(root)) {
                Files.createDirectories(root);
                Files.setPosixFilePermissions(root, PosixFilePermissions.fromString(permissions));
            }
            Fd file =
                    kernel.files().open(null, lock.toString(), OpenFlag.of(OpenFlag.READ_WRITE, OpenFlag.CREATE), 0600);
            if (!kernel.data().tryLock(file, true)) {
                file.close();
                throw new StartFailure("another jdockerd (process "
                        + Files.readString(lock, StandardCharsets.US_ASCII).strip() + ") uses " + root);
            }
            Files.writeString(lock, ProcessHandle.current().pid() + "\n", StandardCharsets.US_ASCII);
            return new RootLock(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + root + ": " + e, e);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
