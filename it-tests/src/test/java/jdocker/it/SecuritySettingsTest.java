package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon with {@code no-new-privileges} and a {@code seccomp-profile} of its own: what containers feel of them. */
class SecuritySettingsTest {
    private static final String NO_MKDIR = """
            {"defaultAction": "SCMP_ACT_ALLOW",
             "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}""";

    @TempDir
    static Path directory;

    private static Engine engine;

    @BeforeAll
    static void startEngine() throws IOException {
        Path profile = Files.writeString(directory.resolve("profile.json"), NO_MKDIR);
        engine = Engine.withBusybox("--no-new-privileges", "--seccomp-profile", profile.toString());
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    private static String run(String script, String... flags) {
        var words = new ArrayList<>(List.of("run", "--rm", "--network", "none"));
        words.addAll(List.of(flags));
        words.addAll(List.of("busybox", "sh", "-c", script));
        return engine.docker(words.toArray(String[]::new)).ok().text();
    }

    @Test
    void containersAreConfinedAsTheDaemonSays() {
        assertThat(run("grep NoNewPrivs /proc/self/status")).endsWith("1");
        assertThat(run("mkdir /x 2>&1 || true")).contains("Operation not permitted");
        assertThat(engine.docker("info", "--format", "{{.SecurityOptions}}")
                        .ok()
                        .text())
                .contains("name=no-new-privileges");
    }

    @Test
    void anExecIsToo() {
        String id = engine.docker("run", "-d", "--network", "none", "busybox", "sleep", "1000")
                .ok()
                .text();
        assertThat(engine.docker("exec", id, "grep", "NoNewPrivs", "/proc/self/status")
                        .ok()
                        .text())
                .endsWith("1");
        assertThat(engine.docker("exec", id, "sh", "-c", "mkdir /x 2>&1 || true")
                        .ok()
                        .text())
                .contains("Operation not permitted");
        engine.docker("rm", "-f", id).ok();
    }

    @Test
    void aContainersOwnOptionsCountMore() {
        assertThat(run("grep NoNewPrivs /proc/self/status", "--security-opt", "no-new-privileges=false"))
                .endsWith("0");
        assertThat(run("mkdir /x && echo made", "--security-opt", "seccomp=builtin"))
                .isEqualTo("made");
        assertThat(run("mkdir /x && echo made", "--security-opt", "seccomp=unconfined"))
                .isEqualTo("made");
    }

    /** The daemon's words on its way out; with mounts and a network of its own, so that nothing of it stays. */
    private static CommandResult daemonWith(Path profile) {
        return Command.run(
                "unshare",
                "--mount",
                "--net",
                Engine.dist().resolve("bin/jdockerd").toString(),
                "--data-root",
                directory.resolve("data").toString(),
                "--exec-root",
                directory.resolve("run").toString(),
                "--pidfile",
                directory.resolve("pid").toString(),
                "-H",
                "unix://" + directory.resolve("sock"),
                "--seccomp-profile",
                profile.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "", "unconfined", "{\"defaultAction\": \"SCMP_ACT_DANCE\"}"})
    void aDaemonDoesNotStartOnAProfileThatIsNone(String text) throws IOException {
        Path profile = Files.writeString(directory.resolve("bad.json"), text);
        CommandResult refused = daemonWith(profile);
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("the seccomp-profile " + profile + " is none");
    }

    @Test
    void aDaemonDoesNotStartWithoutTheProfileThatItsSettingNames() {
        CommandResult refused = daemonWith(directory.resolve("missing.json"));
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("cannot read the seccomp-profile " + directory.resolve("missing.json"));
    }
}
