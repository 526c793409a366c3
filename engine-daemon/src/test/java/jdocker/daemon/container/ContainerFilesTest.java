package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
}
