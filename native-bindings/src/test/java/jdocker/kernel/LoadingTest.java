package jdocker.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** jffi would unpack its library where any local user can get at it; the launchers name the installed one. */
class LoadingTest {
    @TempDir
    Path temp;

    @Test
    void extractsNothingWhenTheLibraryIsNamed() throws IOException, InterruptedException {
        Path library = temp.resolve("libjffi-1.2.so");
        String architecture = Architecture.CURRENT == Architecture.X86_64 ? "x86_64" : "aarch64";
        try (InputStream packed =
                ClassLoader.getSystemResourceAsStream("jni/" + architecture + "-Linux/libjffi-1.2.so")) {
            Files.copy(packed, library);
        }
        // A directory that does not exist: whoever extracts there fails.
        Process java = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Djffi.boot.library.path=" + temp,
                        "-Djava.io.tmpdir=" + temp.resolve("none"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Loads.class.getName()))
                .redirectErrorStream(true)
                .start();
        String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).as(output).isZero();
        assertThat(output.strip()).endsWith("loaded");
        try (Stream<Path> files = Files.list(temp)) {
            assertThat(files).containsExactly(library);
        }
    }

    static final class Loads {
        public static void main(String[] arguments) {
            boolean alive = Kernel.load()
                    .processes()
                    .stat(ProcessHandle.current().pid())
                    .isPresent();
            System.out.println(alive ? "loaded" : "lost");
        }
    }
}
