package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPagesTest {
    @Test
    void hasAPageForEveryCommandThatNamesEveryFlag(@TempDir Path directory) throws IOException {
        ManPages.write(directory);

        for (Commands.Entry entry : Commands.all()) {
            String page =
                    Files.readString(directory.resolve("jdocker-" + entry.name().replace(' ', '-') + ".1"));
            for (Flag flag : Commands.make(entry.name()).flags().visible()) {
                assertThat(page).contains(ManPages.escaped("--" + flag.name()));
            }
        }
        try (Stream<Path> pages = Files.list(directory)) {
            assertThat(pages.toList()).hasSize(Commands.all().size() + 1);
        }
    }

    @Test
    void leavesNoLineThatRoffWouldTakeForARequestOfItsOwn() {
        List<String> requests = List.of(".TH ", ".SH ", ".TP", ".B ", ".BR ");
        for (Commands.Entry entry : Commands.all()) {
            assertThat(ManPages.ofCommand(entry).lines().filter(line -> line.startsWith(".") || line.startsWith("'")))
                    .allMatch(line -> requests.stream().anyMatch(line::startsWith));
        }
    }

    @Test
    void escapesWhatRoffReads() {
        assertThat(ManPages.escaped("a\\b-c")).isEqualTo("a\\eb\\-c");
        assertThat(ManPages.escaped(".so /etc/passwd")).isEqualTo("\\&.so /etc/passwd");
    }
}
