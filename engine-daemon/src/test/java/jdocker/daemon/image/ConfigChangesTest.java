package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.oci.RunConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigChangesTest {

    private static RunConfig apply(String... changes) {
        return ConfigChanges.apply(RunConfig.builder().build(), List.of(changes));
    }

    @Test
    void commandsAreWordsOrAShellsLine() {
        assertThat(apply("CMD [\"a\", \"b c\"]").cmd()).containsExactly("a", "b c");
        assertThat(apply("cmd echo hi").cmd()).containsExactly("/bin/sh", "-c", "echo hi");
        assertThat(apply("ENTRYPOINT [\"/run\"]").entrypoint()).containsExactly("/run");
        assertThat(apply("CMD [not json").cmd()).containsExactly("/bin/sh", "-c", "[not json");
        assertThat(apply("CMD").cmd()).isEmpty();
    }

    @Test
    void pairsHaveTwoForms() {
        assertThat(apply("ENV A=b C='d e' F=g\\ h", "ENV A=z").env()).containsExactly("A=z", "C=d e", "F=g h");
        assertThat(apply("ENV NAME some value").env()).containsExactly("NAME=some value");
        assertThat(apply("LABEL \"a b\"=c d=").labels())
                .containsEntry("a b", "c")
                .containsEntry("d", "");
    }

    @Test
    void portsVolumesAndTheRest() {
        RunConfig config = apply(
                "EXPOSE 80 8000-8002/udp",
                "VOLUME [\"/a b\", \"/c\"]",
                "VOLUME /d /e",
                "USER 1000:1000",
                "WORKDIR /srv",
                "WORKDIR app/../x",
                "STOPSIGNAL SIGQUIT",
                "ONBUILD RUN x");
        assertThat(config.exposedPorts()).containsOnlyKeys("80/tcp", "8000/udp", "8001/udp", "8002/udp");
        assertThat(config.volumes()).containsOnlyKeys("/a b", "/c", "/d", "/e");
        assertThat(config.user()).isEqualTo("1000:1000");
        assertThat(config.workingDir()).isEqualTo("/srv/x");
        assertThat(config.stopSignal()).isEqualTo("SIGQUIT");
        assertThat(config.onBuild()).containsExactly("RUN x");
    }

    @Test
    void severalLinesAreSeveralInstructions() {
        assertThat(apply("USER a\n# comment\n\nENV X=y \\\n Z=w").env()).containsExactly("X=y", "Z=w");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RUN x",
                "FROM scratch",
                "ENV",
                "ENV a",
                "ENV =b",
                "ENV a=b c",
                "EXPOSE x",
                "EXPOSE 99999",
                "EXPOSE 80/icmp",
                "EXPOSE ٣",
                "USER a b",
                "VOLUME [\"\"]",
                "LABEL",
                "WORKDIR"
            })
    void refusesWhatMakesNoSense(String change) {
        assertThatThrownBy(() -> apply(change)).isInstanceOf(InvalidRequest.class);
    }
}
