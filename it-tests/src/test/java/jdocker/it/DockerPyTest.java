package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** docker-py (Debian's python3-docker) drives our daemon; the assertions are in the script. */
class DockerPyTest {

    @Test
    void theScriptPasses() throws IOException {
        try (Engine engine = Engine.withBusybox();
                InputStream source = Objects.requireNonNull(DockerPyTest.class.getResourceAsStream("docker_py.py"))) {
            Path script = engine.root().resolve("docker_py.py");
            Files.write(script, source.readAllBytes());
            CommandResult result = Command.of(
                            List.of("/usr/bin/python3", script.toString()),
                            Map.of("DOCKER_HOST", "unix://" + engine.socket()))
                    .run("".getBytes(StandardCharsets.UTF_8))
                    .ok();
            assertThat(result.text()).endsWith("all checked");
        }
    }
}
