package jdocker.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jnr.posix.FileStat;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we read from headers and the kernel, held against what jnr-posix knows of them. */
@KernelTest
class PosixComparisonTest {
    private final Kernel kernel = Kernel.load();
    private final POSIX posix = POSIXFactory.getNativePOSIX();

    @Test
    void errorNumbersAreThoseOfThePlatform() {
        for (Errno ours : Errno.values()) {
            Arrays.stream(jnr.constants.platform.Errno.values())
                    .filter(theirs -> theirs.name().equals(ours.name()) && theirs.defined())
                    .forEach(theirs -> assertThat(ours.number()).as(ours.name()).isEqualTo(theirs.intValue()));
        }
        assertThat(Errno.EPERM.number()).isEqualTo(jnr.constants.platform.Errno.EPERM.intValue());
    }

    @Test
    void signalNumbersAreThoseOfThePlatform() {
        for (Signal ours : Signal.values()) {
            Arrays.stream(jnr.constants.platform.Signal.values())
                    .filter(theirs -> theirs.name().equals("SIG" + ours.name()) && theirs.defined())
                    .forEach(theirs -> assertThat(ours.number()).as(ours.name()).isEqualTo(theirs.intValue()));
        }
        assertThat(Signal.TERM.number()).isEqualTo(jnr.constants.platform.Signal.SIGTERM.intValue());
    }

    @Test
    void aFileHasTheStatusThatStatTells(@TempDir Path directory) throws java.io.IOException {
        Path file = Files.writeString(directory.resolve("file"), "twelve bytes");
        posix.chmod(file.toString(), 0640);

        FileStatus ours = kernel.files().status(null, file.toString());
        FileStat theirs = posix.lstat(file.toString());

        assertThat(ours.mode() & 0xffff).isEqualTo(theirs.mode());
        assertThat(ours.uid()).isEqualTo(theirs.uid());
        assertThat(ours.gid()).isEqualTo(theirs.gid());
        assertThat(ours.size()).isEqualTo(theirs.st_size());
        assertThat(ours.inode()).isEqualTo(theirs.ino());
        assertThat(ours.links()).isEqualTo(theirs.nlink());
        assertThat(ours.modified().seconds()).isEqualTo(theirs.mtime());
    }
}
