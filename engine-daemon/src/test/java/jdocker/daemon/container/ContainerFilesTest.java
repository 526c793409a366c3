package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerFilesTest {
    @TempDir
    Path root;

    private ContainerFiles files() {
        return new ContainerFiles(root, new EtcFiles(root, DnsDefaults.NONE, List::of));
    }

    @Test
    void linesOfHostsComeAndGoWithoutATrace() throws IOException {
        ContainerFiles files = files();
        Files.createDirectories(files.directory("c"));
        Files.writeString(files.hosts("c"), "127.0.0.1\tlocalhost\n");
        files.changeHosts("c", List.of("10.0.0.2\tweb\n"), List.of());
        assertThat(files.hosts("c")).hasContent("127.0.0.1\tlocalhost\n10.0.0.2\tweb\n");
        files.changeHosts("c", List.of(), List.of("10.0.0.2\tweb\n"));
        assertThat(files.hosts("c")).hasContent("127.0.0.1\tlocalhost\n");
    }

    @Test
    void aFileThatIsRightAlreadyIsNotWritten() throws IOException {
        ContainerFiles files = files();
        Files.createDirectories(files.directory("c"));
        Files.writeString(files.hosts("c"), "127.0.0.1\tlocalhost\n");
        FileTime before = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(files.hosts("c"), before);
        files.changeHosts("c", List.of(), List.of());
        assertThat(Files.getLastModifiedTime(files.hosts("c"))).isEqualTo(before);
    }

    @Test
    void whatTheContainerHasWrittenStaysAsItIsInWhateverEncoding() throws IOException {
        ContainerFiles files = files();
        Files.createDirectories(files.directory("c"));
        Files.write(files.hosts("c"), new byte[] {(byte) 0xff, '\n'});
        files.changeHosts("c", List.of("10.0.0.2\twéb\n"), List.of());
        files.changeHosts("c", List.of("10.0.0.3\tdb\n"), List.of("10.0.0.2\twéb\n"));
        assertThat(Files.readAllBytes(files.hosts("c")))
                .isEqualTo("\u00ff\n10.0.0.3\tdb\n".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aFileThatTheContainerMadeHugeIsLeftAlone() throws IOException {
        ContainerFiles files = files();
        Files.createDirectories(files.directory("c"));
        long huge = 1L << 40;
        try (var file = new RandomAccessFile(files.hosts("c").toFile(), "rw")) {
            file.setLength(huge);
        }
        files.changeHosts("c", List.of("10.0.0.2\tweb\n"), List.of());
        files.removeLink("c", "web");
        assertThat(files.hosts("c")).hasSize(huge);
    }
}
