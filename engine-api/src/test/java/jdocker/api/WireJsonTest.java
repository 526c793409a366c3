package jdocker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireJsonTest {
    private final ObjectMapper json = WireJson.newMapper();

    @Test
    void readsACreateRequestWithTheContainersMembersAtTheTop() throws Exception {
        ContainerCreateRequest request = json.readValue("""
                {"Image":"busybox","Cmd":["echo","hi"],"Env":null,"Labels":{"b":"2","a":"1"},"Entrypoint":"/bin/sh",
                 "ExposedPorts":{"80/tcp":{}},"Unknown":[1],"StopTimeout":0,
                 "HostConfig":{"Memory":1024,"Init":true,"PortBindings":{"80/tcp":null},"OomKillDisable":false},
                 "NetworkingConfig":{"EndpointsConfig":{"bridge":{"IPAMConfig":{"IPv4Address":"1.2.3.4"}}}}}""", ContainerCreateRequest.class);

        assertThat(request.config().image()).isEqualTo("busybox");
        assertThat(request.config().cmd()).containsExactly("echo", "hi");
        assertThat(request.config().entrypoint()).containsExactly("/bin/sh");
        assertThat(request.config().env()).isNull();
        assertThat(request.config().labels().keySet()).containsExactly("a", "b");
        assertThat(request.config().exposedPorts()).containsKey("80/tcp");
        assertThat(request.config().stopTimeout()).isZero();
        assertThat(request.hostConfig().memory()).isEqualTo(1024);
        assertThat(request.hostConfig().init()).isTrue();
        assertThat(request.hostConfig().portBindings()).containsEntry("80/tcp", null);
        assertThat(request.networkingConfig()
                        .endpointsConfig()
                        .get("bridge")
                        .ipamConfig()
                        .ipv4Address())
                .isEqualTo("1.2.3.4");
    }

    @Test
    void writesACreateRequestAsItIsRead() throws Exception {
        var request = new ContainerCreateRequest(
                ContainerConfig.empty().toBuilder().image("x").cmd(List.of()).build(), HostConfig.empty(), null);

        assertThat(json.readValue(json.writeValueAsString(request), ContainerCreateRequest.class))
                .isEqualTo(request);
        assertThat(json.valueToTree(request).get("Image").asText()).isEqualTo("x");
    }

    @Test
    void hostConfigKeepsDockersNamesAndOmissions() {
        JsonNode tree = json.valueToTree(HostConfig.empty());

        assertThat(tree.has("Init")).isFalse();
        assertThat(tree.has("Sysctls")).isFalse();
        assertThat(tree.get("Binds").isNull()).isTrue();
        assertThat(tree.get("Devices").isArray()).isTrue();
        assertThat(tree.fieldNames())
                .toIterable()
                .contains(
                        "UTSMode", "ContainerIDFile", "IOMaximumIOps", "CpusetCpus", "BlkioDeviceReadIOps", "NanoCpus");
    }

    @Test
    void inspectNamesFollowDocker() {
        var state = new ContainerStateView(
                "created", false, false, false, false, false, 0, 0, "", WireTime.ZERO, WireTime.ZERO, null);
        JsonNode tree = json.valueToTree(state);

        assertThat(tree.has("OOMKilled")).isTrue();
        assertThat(tree.has("Health")).isFalse();
        assertThat(tree.get("StartedAt").asText()).isEqualTo("0001-01-01T00:00:00Z");
    }

    @Test
    void zeroNumbersThatArePointersAreWritten() {
        JsonNode tree = json.valueToTree(new ExecInspect(
                "x",
                false,
                0,
                new ExecInspect.ProcessConfig(false, "sh", List.of(), false, ""),
                false,
                true,
                true,
                false,
                "c",
                "",
                0));

        assertThat(tree.get("ExitCode").asInt()).isZero();
        assertThat(tree.get("ProcessConfig").has("entrypoint")).isTrue();
        assertThat(tree.has("ID")).isTrue();
    }

    @Test
    void emptyObjectsAreSets() throws Exception {
        var config = ContainerConfig.empty().toBuilder()
                .volumes(Map.of("/data", new Empty()))
                .build();

        assertThat(json.writeValueAsString(config)).contains("\"Volumes\":{\"/data\":{}}");
    }

    @ParameterizedTest(name = "{0} is refused")
    @ValueSource(
            strings = {
                "{\"Memory\":\"5\"}",
                "{\"Memory\":1.5}",
                "{\"Memory\":true}",
                "{\"Privileged\":1}",
                "{\"Binds\":[null]}",
                "{\"Binds\":\"x\"}",
                "{\"NetworkMode\":5}",
                "{\"Memory\":1} 2",
                "{\"Memory\":1,\"Memory\":2}",
                "[]",
                "7",
                "{\"Memory\":99999999999999999999}",
                "{\"ConsoleSize\":{}}"
            })
    void wrongTypesAreRefused(String text) {
        assertThatThrownBy(() -> json.readValue(text, HostConfig.class)).isInstanceOf(JsonProcessingException.class);
    }
}
