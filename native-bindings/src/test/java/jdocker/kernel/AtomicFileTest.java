package jdocker.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path temp;

    @Test
    void putsTheWholeContentInPlace() throws IOException {
        Path file = temp.resolve("f");
        AtomicFile.write(file, "one".getBytes(UTF_8));
        AtomicFile.write(file, "two".getBytes(UTF_8));
        assertThat(file).hasContent("two");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(temp).isDirectoryNotContaining(path -> path.toString().endsWith(AtomicFile.SUFFIX));
    }

    @Test
    void leavesTheOldContentUntilCommitted() throws IOException {
        Path file = temp.resolve("f");
        AtomicFile.write(file, "old".getBytes(UTF_8));
        try (AtomicFile next = AtomicFile.begin(file)) {
            next.output().write("half".getBytes(UTF_8));
        }
        assertThat(file).hasContent("old");
        assertThat(temp).isDirectoryNotContaining(path -> path.toString().endsWith(AtomicFile.SUFFIX));
    }
}
