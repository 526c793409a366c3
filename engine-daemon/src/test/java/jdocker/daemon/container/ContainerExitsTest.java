package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What follows the end of a container's process, also where some of it fails. */
@Timeout(60)
class ContainerExitsTest {
    private static final String PLAIN = "{'Image':'busybox','HostConfig':{'NetworkMode':'none'}}";
    private static final String ALWAYS =
            "{'Image':'busybox','HostConfig':{'NetworkMode':'none','RestartPolicy':{'Name':'always'}}}";
    private static final String AUTO_REMOVE =
            "{'Image':'busybox','HostConfig':{'NetworkMode':'none','AutoRemove':true}}";

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

    private boolean isThere(String id) {
        return api.store().snapshot().get(Container.ALL, id).isPresent();
    }

    private String status(String id) {
        return api.store()
                .snapshot()
                .get(Container.ALL, id)
                .orElseThrow()
                .state()
                .status();
    }

    @Test
    void anEndThatCannotBeHandledAtOnceIsHandledLater() throws Exception {
        String id = api.run("", PLAIN);
        api.runtime.killFailures.set(1);
        api.runtime.process(id).lose();
        ConsoleTest.await(() -> status(id).equals("exited"));
        assertThat(api.call("POST", "/containers/" + id + "/wait").text()).contains("\"StatusCode\":137");
    }

    @Test
    void whatCannotBeCleanedUpIsStartedAgainByItsPolicyNevertheless() throws Exception {
        String id = api.run("", ALWAYS);
        api.runtime.cannotCleanUp = true;
        long before = api.runtime.process(id).pid();
        api.runtime.process(id).end(1);
        ConsoleTest.await(
                () -> api.runtime.process(id).pid() != before && status(id).equals("running"));
    }

    @Test
    void whatSharesAPidNamespaceDiesWithItsFirstProcess() throws Exception {
        String own = api.run("", PLAIN);
        api.runtime.process(own).end(0);
        ConsoleTest.await(() -> api.runtime.called("cleanUp " + own));
        assertThat(api.runtime.called("killAll " + own)).isFalse();

        String shared = api.run("", "{'Image':'busybox','HostConfig':{'NetworkMode':'none','PidMode':'host'}}");
        api.runtime.process(shared).end(0);
        ConsoleTest.await(() -> api.runtime.called("cleanUp " + shared));
        assertThat(api.runtime.called("killAll " + shared)).isTrue();
    }

    @Test
    void aRestartByHandDoesNotRemoveWhatRemovesItself() throws Exception {
        String id = api.run("once", AUTO_REMOVE);
        assertThat(api.call("POST", "/containers/once/restart?t=5").status()).isEqualTo(204);
        assertThat(status(id)).isEqualTo("running");
        api.runtime.process(id).end(0);
        ConsoleTest.await(() -> !isThere(id));
    }

    @Test
    void endsAndRestartsWaitForNoClients() throws Exception {
        String plain = api.run("", PLAIN);
        String always = api.run("", ALWAYS);
        long before = api.runtime.process(always).pid();
        api.occupyWorkers();
        api.runtime.process(plain).end(3);
        api.runtime.process(always).end(3);
        ConsoleTest.await(() -> status(plain).equals("exited"));
        ConsoleTest.await(() ->
                api.runtime.process(always).pid() != before && status(always).equals("running"));
    }
}
