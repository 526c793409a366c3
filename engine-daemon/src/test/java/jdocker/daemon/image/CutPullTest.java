package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import jdocker.kernel.KernelTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What cut pulls have left. */
@KernelTest
class CutPullTest extends PullServerTest {
    private Path remains(String name, Duration age) throws IOException {
        Path file = root.resolve("blobs/partial").resolve(name);
        Files.write(file, new byte[100]);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    @Test
    @Timeout(60)
    void itGoesAfterADayWhileTheDaemonRuns() throws IOException, InterruptedException {
        Path young = remains("sha256-young", Duration.ofHours(23));
        try (var _ =
                new ImageGarbage(images, partials, root, new ImageGarbage.Watermarks(0, 0), Duration.ofMillis(5))) {
            for (int i = 0; i < 3; i++) {
                Path old = remains("sha256-old" + i, Duration.ofHours(25));
                while (Files.exists(old)) {
                    Thread.sleep(2);
                }
            }
            assertThat(young).exists();
        }
    }

    @Test
    void aPruneRemovesAndCountsIt() throws IOException {
        Path file = remains("sha256-a", Duration.ofHours(2));
        assertThat(ask("POST", "/images/prune?filters=" + filters("{\"label\":[\"x\"]}")))
                .contains("\"SpaceReclaimed\":0");
        assertThat(ask("POST", "/images/prune?filters=" + filters("{\"until\":[\"3h\"]}")))
                .contains("\"SpaceReclaimed\":0");
        assertThat(file).exists();
        assertThat(ask("POST", "/images/prune?filters=" + filters("{\"until\":[\"1h\"]}")))
                .contains("\"ImagesDeleted\":null", "\"SpaceReclaimed\":100");
        assertThat(file).doesNotExist();
        remains("sha256-b", Duration.ZERO);
        assertThat(ask("POST", "/images/prune")).contains("\"SpaceReclaimed\":100");
        assertThat(root.resolve("blobs/partial")).isEmptyDirectory();
    }
}
