package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Only volumes that nobody has named go with their container, and only with the last one. */
@Timeout(60)
class AnonymousVolumesTest {
    private static final String WITH_VOLUME =
            "{'Image':'busybox','Volumes':{'/data':{}},'HostConfig':{'NetworkMode':'none'}}";

    @TempDir
    Path directory;

    private ContainerHarness api;

    @BeforeEach
    void open() throws Exception {
        api = new ContainerHarness(directory);
        api.recover();
    }

    @AfterEach
    void close() throws Exception {
        api.close();
    }

    private Path volume(String id) throws IOException {
        return Path.of(
                api.json("/containers/" + id + "/json").at("/Mounts/0/Source").asText());
    }

    private Path written(Path volume) throws IOException {
        return Files.writeString(volume.resolve("f"), "kept");
    }

    private int refused(String name, String body) throws IOException {
        return api.call("POST", "/containers/create?name=" + name, body).status();
    }

    @Test
    void aCreateThatFailsLeavesTheVolumesOfOthersAlone() throws Exception {
        Path volume = volume(api.create("db", WITH_VOLUME));
        Path file = written(volume);
        assertThat(refused("db", "{'Image':'busybox','HostConfig':{'NetworkMode':'none','VolumesFrom':['db']}}"))
                .isEqualTo(409);
        assertThat(file).hasContent("kept");
        String name = volume.getParent().getFileName().toString();
        assertThat(refused("db", "{'Image':'busybox','HostConfig':{'NetworkMode':'none','Binds':['" + name + ":/x']}}"))
                .isEqualTo(409);
        assertThat(file).hasContent("kept");
    }

    @Test
    void aCreateThatFailsTakesItsOwnAway() throws Exception {
        api.create("db", WITH_VOLUME);
        assertThat(refused("db", WITH_VOLUME)).isEqualTo(409);
        try (var volumes = Files.list(api.dataRoot().resolve("volumes"))) {
            assertThat(volumes).hasSize(1);
        }
    }

    @Test
    void aVolumeThatWasGivenByNameStaysWhateverItIsCalled() throws Exception {
        String first = api.create("", WITH_VOLUME);
        Path file = written(volume(first));
        assertThat(api.call("DELETE", "/containers/" + first).status()).isEqualTo(204);
        String name = file.getParent().getParent().getFileName().toString();
        String rescue = api.create(
                "", "{'Image':'busybox','HostConfig':{'NetworkMode':'none','Binds':['" + name + ":/data']}}");
        assertThat(api.call("DELETE", "/containers/" + rescue + "?v=1").status())
                .isEqualTo(204);
        assertThat(file).hasContent("kept");
    }

    @Test
    void whatNobodyNamedGoesWithTheLastThatUsesIt() throws Exception {
        String first = api.create("db", WITH_VOLUME);
        Path volume = volume(first);
        String second = api.create("", "{'Image':'busybox','HostConfig':{'NetworkMode':'none','VolumesFrom':['db']}}");
        assertThat(api.call("DELETE", "/containers/" + first + "?v=1").status()).isEqualTo(204);
        assertThat(volume).exists();
        assertThat(api.call("DELETE", "/containers/" + second + "?v=1").status())
                .isEqualTo(204);
        assertThat(volume).doesNotExist();
    }
}
