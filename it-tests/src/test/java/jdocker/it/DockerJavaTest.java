package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.StreamType;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docker-java, which Testcontainers is built on. */
class DockerJavaTest {

    private static Engine engine;
    private static DockerClient client;

    @BeforeAll
    static void startEngine() {
        engine = Engine.withBusybox();
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix://" + engine.socket())
                .build();
        client = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(URI.create("unix://" + engine.socket()))
                        .build());
    }

    @AfterAll
    static void stopEngine() throws IOException {
        client.close();
        engine.close();
    }

    private static String create(String... command) {
        return client.createContainerCmd("busybox")
                .withCmd(command)
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                .withLabels(Map.of("suite", "docker-java"))
                .exec()
                .getId();
    }

    @Test
    void readsVersionAndInfo() {
        client.pingCmd().exec();
        assertThat(client.versionCmd().exec().getApiVersion()).isNotBlank();
        assertThat(client.infoCmd().exec().getDriver()).isEqualTo("overlay2");
    }

    @Test
    void followsAContainerThroughItsLife() throws InterruptedException {
        String id = create("sh", "-c", "echo out; echo err >&2; exit 3");
        client.startContainerCmd(id).exec();
        assertThat(client.waitContainerCmd(id).start().awaitStatusCode(30, TimeUnit.SECONDS))
                .isEqualTo(3);
        var out = new StringBuilder();
        var err = new StringBuilder();
        client.logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        (frame.getStreamType() == StreamType.STDERR ? err : out)
                                .append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                    }
                })
                .awaitCompletion(30, TimeUnit.SECONDS);
        assertThat(out.toString()).isEqualTo("out\n");
        assertThat(err.toString()).isEqualTo("err\n");
        var state = client.inspectContainerCmd(id).exec().getState();
        assertThat(state.getExitCodeLong()).isEqualTo(3);
        assertThat(state.getStatus()).isEqualTo("exited");
        client.removeContainerCmd(id).exec();
        assertThatThrownBy(() -> client.inspectContainerCmd(id).exec()).isInstanceOf(NotFoundException.class);
    }

    @Test
    void listsByTheListFormOfFilters() {
        String id = create("sleep", "1000");
        client.startContainerCmd(id).exec();
        assertThat(client.listContainersCmd()
                        .withLabelFilter(List.of("suite=docker-java"))
                        .withStatusFilter(List.of("running"))
                        .exec())
                .extracting(Container::getId)
                .contains(id);
        assertThatThrownBy(() -> client.removeContainerCmd(id).exec()).isInstanceOf(ConflictException.class);
        client.killContainerCmd(id).exec();
        client.removeContainerCmd(id).withForce(true).exec();
    }

    @Test
    void executesACommandAndReadsItsExitCode() throws InterruptedException {
        String id = create("sleep", "1000");
        client.startContainerCmd(id).exec();
        String exec = client.execCreateCmd(id)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withAttachStdin(true)
                .withCmd("sh", "-c", "read x; echo $x; exit 4")
                .exec()
                .getId();
        var seen = new StringBuilder();
        client.execStartCmd(exec)
                .withStdIn(new ByteArrayInputStream("typed\n".getBytes(StandardCharsets.UTF_8)))
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        seen.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                    }
                })
                .awaitCompletion(30, TimeUnit.SECONDS);
        assertThat(seen.toString()).isEqualTo("typed\n");
        assertThat(client.inspectExecCmd(exec).exec().getExitCodeLong()).isEqualTo(4);
        client.removeContainerCmd(id).withForce(true).exec();
    }

    @Test
    void makesANetworkPublishesAPortAndReadsBoth() {
        String network = client.createNetworkCmd()
                .withName("java-net")
                .withLabels(Map.of("suite", "docker-java"))
                .exec()
                .getId();
        String id = client.createContainerCmd("busybox")
                .withName("java-web")
                .withCmd("sleep", "1000")
                .withExposedPorts(ExposedPort.tcp(80))
                .withAliases("www")
                .withHostConfig(
                        HostConfig.newHostConfig().withNetworkMode("java-net").withPublishAllPorts(true))
                .exec()
                .getId();
        client.startContainerCmd(id).exec();
        var settings = client.inspectContainerCmd(id).exec().getNetworkSettings();
        // What Testcontainers polls right after a start.
        assertThat(settings.getPorts().getBindings().get(ExposedPort.tcp(80)))
                .isNotEmpty()
                .allSatisfy(binding ->
                        assertThat(Integer.parseInt(binding.getHostPortSpec())).isPositive());
        assertThat(settings.getNetworks().get("java-net").getIpAddress()).isNotBlank();
        assertThat(client.inspectNetworkCmd().withNetworkId(network).exec().getContainers())
                .containsKey(id);
        assertThat(client.listNetworksCmd().withNameFilter("java-net").exec()).hasSize(1);
        client.connectToNetworkCmd().withNetworkId("bridge").withContainerId(id).exec();
        client.disconnectFromNetworkCmd()
                .withNetworkId(network)
                .withContainerId(id)
                .exec();
        client.removeNetworkCmd(network).exec();
        assertThatThrownBy(
                        () -> client.inspectNetworkCmd().withNetworkId(network).exec())
                .isInstanceOf(NotFoundException.class);
        client.removeContainerCmd(id).withForce(true).exec();
    }

    @Test
    void readsImages() {
        assertThat(client.listImagesCmd().exec())
                .anySatisfy(image -> assertThat(image.getRepoTags()).contains("busybox:latest"));
        assertThat(client.inspectImageCmd("busybox").exec().getOs()).isEqualTo("linux");
        assertThatThrownBy(() -> client.inspectImageCmd("not-there").exec()).isInstanceOf(NotFoundException.class);
        client.tagImageCmd("busybox", "tagged/by", "java").exec();
        client.removeImageCmd("tagged/by:java").exec();
    }
}
