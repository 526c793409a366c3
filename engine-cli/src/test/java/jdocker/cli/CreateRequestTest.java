package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class CreateRequestTest {
    static Stream<Arguments> recorded() throws IOException {
        List<Arguments> cases = new ArrayList<>();
        try (InputStream file = CreateRequestTest.class.getResourceAsStream("create-requests.txt")) {
            List<String> lines = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
            for (int i = 0; i < lines.size(); i += 2) {
                List<?> words = (List<?>) Json.parse(lines.get(i));
                cases.add(Arguments.of(
                        String.join(" ", words.stream().map(String::valueOf).toList()), words, lines.get(i + 1)));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recorded")
    void sendsWhatDockerSends(String title, List<String> words, String expected) {
        assertThat(Json.write(request(words))).isEqualTo(expected);
    }

    @Test
    void readsEnvironmentFilesBeforeFlags(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("env"), "\uFEFF# comment\n  A=1\nHOME\nUNKNOWN\nB= spaced \n\n");

        JsonObject request =
                request(List.of("run", "--env-file", directory + "/env", "-e", "C=3", "-e", "NOWHERE", "x"));

        assertThat(request.texts("Env")).containsExactly("A=1", "HOME=/root", "B= spaced ", "C=3", "NOWHERE");
    }

    @Test
    void readsLabelFiles(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("labels"), "a=1\nalone\n");

        JsonObject request = request(List.of("run", "--label-file", directory + "/labels", "-l", "a=2", "x"));

        assertThat(request.object("Labels")).hasToString("{\"a\":\"2\",\"alone\":\"\"}");
    }

    @Test
    void takesRelativeBindsFromWhereItWasCalled() {
        JsonObject request = request(List.of("run", "-v", "./data:/d", "--mount", "type=bind,src=.,dst=/m", "x"));

        assertThat(request.object("HostConfig").texts("Binds")).containsExactly("/srv/data:/d");
        assertThat(request.object("HostConfig").objects("Mounts").getFirst().text("Source"))
                .isEqualTo("/srv");
    }

    @Test
    void sendsTheSeccompProfileItself(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("p.json"), "{ \"a\" : [ 1, \"x y\" ] }\n");

        JsonObject request = request(List.of("run", "--security-opt", "seccomp=" + directory + "/p.json", "x"));

        assertThat(request.object("HostConfig").texts("SecurityOpt")).containsExactly("seccomp={\"a\":[1,\"x y\"]}");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--rm --restart always | conflicting options: cannot specify both --restart and --rm",
                "--pid foo | --pid: invalid PID mode",
                "--cgroupns foo | --cgroupns: invalid CGROUP mode",
                "--memory-swappiness 101 | invalid value: 101. Valid memory swappiness range is 0-100",
                "--no-healthcheck --health-cmd x | --no-healthcheck conflicts with --health-* options",
                "--security-opt foo | Invalid --security-opt: \"foo\"",
                "-p foo | invalid containerPort: foo",
                "-p 1.2.3:80:80 | invalid IP address: 1.2.3",
                "-p 80:80/xyz | invalid proto: xyz",
                "-p 80-90:80-81 | invalid ranges specified for container and host Ports: 80-81 and 80-90",
                "--expose foo | invalid range format for --expose: foo, error: strconv.ParseUint: parsing \"foo\": invalid syntax",
                "--device foo | foo is not an absolute path",
                "--restart on-failure:x | invalid restart policy format: maximum retry count must be an integer",
                "--env-file /nonexistent | open /nonexistent: no such file or directory",
                "--network foo --network host | conflicting options: cannot attach both user-defined and non-user-defined network-modes"
            })
    void refusesWhatContradictsItself(String flags, String message) {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(List.of(flags.split(" ")));
        words.add("x");

        assertThatThrownBy(() -> request(words)).isInstanceOf(CliError.class).hasMessage(message);
    }

    private static JsonObject request(List<String> words) {
        FlagSet flags = new FlagSet().stopAtArgument();
        Flag detach = flags.bool("detach", 'd', "");
        ContainerCreation creation = new ContainerCreation(flags);
        List<String> arguments = flags.parse(words.subList(1, words.size()));
        Invocation invocation = Run.of().environment("HOME", "/root").invocation(out(), out());
        JsonObject request = CreateRequest.of(creation.options(), arguments, invocation);
        if (detach.isOn()) {
            RunCommand.detach(request);
        }
        return request;
    }

    private static ByteArrayOutputStream out() {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
