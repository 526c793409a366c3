package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.runtime.AppArmor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The daemon's {@code no-new-privileges} and {@code seccomp-profile}, and what a container says against them. */
class SecuritySettingsTest {
    private static final String NO_MKDIR = """
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_ERRNO"}]}""";

    @TempDir
    Path directory;

    private JsonNode spec(boolean noNewPrivileges, String seccomp, String hostConfig) throws IOException {
        ContainerDefaults docker = ContainerDefaults.DOCKER;
        var defaults = new ContainerDefaults(
                docker.shmSize(),
                docker.ipcMode(),
                docker.cgroupnsMode(),
                docker.logDriver(),
                docker.logOptions(),
                docker.ulimits(),
                docker.init(),
                docker.cgroupParent(),
                docker.unified(),
                docker.features(),
                new SecurityDefaults(noNewPrivileges, seccomp, AppArmor.none()));
        try (var api = new ContainerHarness(directory, defaults)) {
            String id = api.create("", "{'Image':'busybox','Cmd':['true'],'HostConfig':{" + hostConfig + "}}");
            return api.json("/containers/" + id + "/spec");
        }
    }

    @ParameterizedTest(name = "the daemon says {0}, the container {1}: {2}")
    @CsvSource({
        "false, '', false",
        "true, '', true",
        "true, no-new-privileges=false, false",
        "false, no-new-privileges, true",
        "false, no-new-privileges:true, true"
    })
    void theContainersWordOnNewPrivilegesCounts(boolean daemon, String option, boolean expected) throws IOException {
        String options = option.isEmpty() ? "" : "'SecurityOpt':['" + option + "']";
        assertThat(spec(daemon, "builtin", options)
                        .at("/process/noNewPrivileges")
                        .asBoolean())
                .isEqualTo(expected);
    }

    @Test
    void theDaemonsProfileIsThatOfContainersThatNameNone() throws IOException {
        JsonNode seccomp = spec(false, NO_MKDIR, "").at("/linux/seccomp");
        assertThat(seccomp.get("defaultAction").asText()).isEqualTo("SCMP_ACT_ALLOW");
        assertThat(seccomp.at("/syscalls/0/names/0").asText()).isEqualTo("mkdir");
    }

    @Test
    void theDaemonsUnconfinedLeavesTheFilterOut() throws IOException {
        assertThat(spec(false, "unconfined", "").at("/linux/seccomp").isMissingNode())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"unconfined", "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}"})
    void aContainerThatAsksForTheBuiltinOneGetsIt(String daemon) throws IOException {
        JsonNode seccomp =
                spec(false, daemon, "'SecurityOpt':['seccomp=builtin']").at("/linux/seccomp");
        assertThat(seccomp.get("defaultAction").asText()).isEqualTo("SCMP_ACT_ERRNO");
        assertThat(seccomp.get("syscalls").size()).isPositive();
    }

    @Test
    void aContainerMayBeUnconfinedThoughTheDaemonHasAProfile() throws IOException {
        JsonNode linux =
                spec(false, NO_MKDIR, "'SecurityOpt':['seccomp=unconfined']").get("linux");
        assertThat(linux.has("seccomp")).isFalse();
    }

    @Test
    void aPrivilegedOneHasNoFilterWhateverTheDaemonSays() throws IOException {
        assertThat(spec(false, NO_MKDIR, "'Privileged':true").get("linux").has("seccomp"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "null",
                "/etc/passwd",
                "{\"defaultAction\": \"SCMP_ACT_DANCE\"}",
                "{}",
                "x",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"mkdir\"], \"action\": \"no\"}]}"
            })
    void aProfileThatIsNoneIsRefusedAtOnce(String profile) {
        assertThatThrownBy(() -> new SecurityDefaults(false, profile, AppArmor.none()))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("seccomp profile");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "builtin", "unconfined"})
    void aFileThatHoldsAWordInPlaceOfAProfileIsRefused(String text) {
        assertThatThrownBy(() -> SecurityDefaults.withProfile(false, text, AppArmor.none()))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("seccomp profile");
    }
}
