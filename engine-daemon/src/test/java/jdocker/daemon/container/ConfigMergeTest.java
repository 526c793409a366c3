package jdocker.daemon.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import jdocker.api.ContainerConfig;
import jdocker.api.Empty;
import jdocker.api.HealthConfig;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.oci.Json;
import jdocker.oci.RunConfig;
import org.junit.jupiter.api.Test;

class ConfigMergeTest {
    private static final RunConfig IMAGE = Json.read("""
            {"Entrypoint":["/entry"],"Cmd":["serve"],"Env":["A=image","B=image"],"User":"app","WorkingDir":"/srv",
             "Labels":{"x":"image","y":"image"},"ExposedPorts":{"80/tcp":{}},"Volumes":{"/data":{}},"StopSignal":"SIGQUIT",
             "Healthcheck":{"Test":["CMD","true"],"Interval":5000000000}}""".getBytes(UTF_8), RunConfig.class);

    private static ContainerConfig.Builder request() {
        return ContainerConfig.empty().toBuilder();
    }

    @Test
    void takesEverythingFromTheImageWhenNothingIsAskedFor() {
        ContainerConfig merged = ConfigMerge.merge(request().build(), IMAGE);

        assertThat(merged.entrypoint()).containsExactly("/entry");
        assertThat(merged.cmd()).containsExactly("serve");
        assertThat(merged.env()).containsExactly("A=image", "B=image");
        assertThat(merged.user()).isEqualTo("app");
        assertThat(merged.workingDir()).isEqualTo("/srv");
        assertThat(merged.stopSignal()).isEqualTo("SIGQUIT");
        assertThat(merged.exposedPorts()).containsKey("80/tcp");
        assertThat(merged.volumes()).containsKey("/data");
        assertThat(merged.healthcheck())
                .isEqualTo(new HealthConfig(List.of("CMD", "true"), 5_000_000_000L, 0, 0, 0, 0));
    }

    @Test
    void aCommandKeepsTheEntryPoint() {
        ContainerConfig merged =
                ConfigMerge.merge(request().cmd(List.of("other")).build(), IMAGE);

        assertThat(merged.entrypoint()).containsExactly("/entry");
        assertThat(merged.cmd()).containsExactly("other");
    }

    @Test
    void anEntryPointLeavesTheImagesCommandBehind() {
        ContainerConfig merged =
                ConfigMerge.merge(request().entrypoint(List.of("sh")).build(), IMAGE);

        assertThat(merged.entrypoint()).containsExactly("sh");
        assertThat(merged.cmd()).isNull();
    }

    @Test
    void anEmptyTextTakesTheEntryPointAway() {
        ContainerConfig merged = ConfigMerge.merge(
                request().entrypoint(List.of("")).cmd(List.of("ls")).build(), IMAGE);

        assertThat(merged.entrypoint()).isNull();
        assertThat(merged.cmd()).containsExactly("ls");
    }

    @Test
    void anEmptyListKeepsTheImagesCommandWithoutItsEntryPoint() {
        ContainerConfig merged =
                ConfigMerge.merge(request().entrypoint(List.of()).build(), IMAGE);

        assertThat(merged.entrypoint()).isEmpty();
        assertThat(merged.cmd()).containsExactly("serve");
    }

    @Test
    void nothingToRunIsRefused() {
        assertThatThrownBy(() ->
                        ConfigMerge.merge(request().entrypoint(List.of("")).build(), IMAGE))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("no command specified");
        assertThatThrownBy(() -> ConfigMerge.merge(request().build(), null)).hasMessage("no command specified");
    }

    @Test
    void putsTheRequestOverTheImage() {
        ContainerConfig merged = ConfigMerge.merge(
                request()
                        .env(List.of("B=request", "C"))
                        .labels(Map.of("y", "request"))
                        .exposedPorts(Map.of("81/tcp", new Empty()))
                        .user("0")
                        .build(),
                IMAGE);

        assertThat(merged.env()).containsExactly("B=request", "C", "A=image");
        assertThat(merged.labels()).containsEntry("x", "image").containsEntry("y", "request");
        assertThat(merged.exposedPorts()).containsOnlyKeys("80/tcp", "81/tcp");
        assertThat(merged.user()).isEqualTo("0");
    }
}
