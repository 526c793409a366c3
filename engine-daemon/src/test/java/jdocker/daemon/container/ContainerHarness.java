package jdocker.daemon.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import jdocker.daemon.event.Event;
import jdocker.daemon.event.EventLog;
import jdocker.daemon.http.TestClient;
import jdocker.daemon.http.TestServer;
import jdocker.daemon.network.FakeKernel;
import jdocker.daemon.network.NetworkFakes;
import jdocker.daemon.state.StateStore;
import jdocker.oci.Capability;
import jdocker.oci.HostFacts;
import jdocker.oci.KernelVersion;

/** The whole of the containers behind a real server, on a runtime, roots and images that are fakes. */
final class ContainerHarness implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final int WORKERS = 8;

    final FakeRuntime runtime = new FakeRuntime();
    final FakeRoots roots = new FakeRoots();
    final FakeImages images = new FakeImages();
    final FakeKernel kernel = new FakeKernel();
    private final StateStore store;
    private final ExecutorService work = Executors.newFixedThreadPool(WORKERS);
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Path dataRoot;
    private final ContainerDefaults defaults;
    final TestServer server;
    private ContainerEngine engine;

    ContainerHarness(Path dataRoot) throws IOException {
        this(dataRoot, ContainerDefaults.DOCKER);
    }

    ContainerHarness(Path dataRoot, ContainerDefaults defaults) throws IOException {
        this.dataRoot = dataRoot;
        this.defaults = defaults;
        store = StateStore.open(dataRoot.resolve("state.db"));
        engine = newEngine();
        engine.recover();
        server = new TestServer(router -> engine.addRoutes(router));
    }

    private ContainerEngine newEngine() {
        return new ContainerEngine(new ContainerEngine.Foundation(
                store,
                images,
                roots,
                runtime,
                NetworkFakes.engine(store, kernel, dataRoot),
                dataRoot,
                defaults,
                DnsDefaults.NONE,
                new HostFacts("amd64", KernelVersion.parse("6.1.0"), Set.copyOf(Capability.DEFAULT), List.of()),
                work,
                loops::next));
    }

    /** What a new daemon does on the same state. */
    void recover() {
        engine.recover();
    }

    /** What a daemon does that takes its containers with it. */
    void stopAll() {
        engine.stopAll(Duration.ofSeconds(5));
    }

    /** Keeps every worker from now on, as clients would that do not go on. */
    void occupyWorkers() {
        for (int i = 0; i < WORKERS; i++) {
            work.execute(() -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException _) {
                    // the end of the test
                }
            });
        }
    }

    StateStore store() {
        return store;
    }

    Path dataRoot() {
        return dataRoot;
    }

    TestClient.Reply call(String method, String path) throws IOException {
        try (TestClient client = server.connect()) {
            return client.send(method, path);
        }
    }

    TestClient.Reply call(String method, String path, String body) throws IOException {
        try (TestClient client = server.connect()) {
            return client.sendJson(method, path, body.replace('\'', '"'));
        }
    }

    JsonNode json(String path) throws IOException {
        return JSON.readTree(call("GET", path).bytes());
    }

    static String message(TestClient.Reply reply) throws IOException {
        return JSON.readTree(reply.bytes()).path("message").asText();
    }

    /** A new container's id. */
    String create(String name, String body) throws IOException {
        TestClient.Reply reply = call("POST", "/containers/create" + (name.isEmpty() ? "" : "?name=" + name), body);
        if (reply.status() != 201) {
            throw new IllegalStateException(reply.text());
        }
        return JSON.readTree(reply.bytes()).get("Id").asText();
    }

    /** The id of a container that runs. */
    String run(String name, String body) throws IOException {
        String id = create(name, body);
        TestClient.Reply reply = call("POST", "/containers/" + id + "/start");
        if (reply.status() != 204) {
            throw new IllegalStateException(reply.text());
        }
        return id;
    }

    String status(String id) throws IOException {
        return json("/containers/" + id + "/json").path("State").path("Status").asText();
    }

    /** The actions of all events so far. */
    List<String> events() throws Exception {
        var actions = new ArrayList<String>();
        try (EventLog.Reader reader = store.events().from(Instant.EPOCH)) {
            while (!reader.caughtUp()) {
                reader.next(Duration.ofSeconds(1)).stream().map(Event::action).forEach(actions::add);
            }
        }
        return actions;
    }

    @Override
    public void close() throws IOException {
        engine.close();
        server.close();
        work.shutdownNow();
        store.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
