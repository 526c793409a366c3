package jdocker.daemon.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** A server with some routes on a socket of its own. */
public final class TestServer implements AutoCloseable {
    private final Path directory;
    private final EventLoops loops = EventLoops.start();
    private final Lanes lanes = new Lanes();
    private final HttpServer server;
    private final Listener listener;

    public TestServer(Consumer<Router> routes) throws IOException {
        this(routes, Duration.ofSeconds(30), 4096);
    }

    TestServer(Consumer<Router> routes, Duration headTimeout, int maxConnections) throws IOException {
        directory = Files.createTempDirectory("jd");
        Router router = new Router();
        routes.accept(router);
        server = new HttpServer(
                router,
                lanes,
                new HttpServer.Settings(
                        "Docker/test (linux)", false, headTimeout, maxConnections, Duration.ofSeconds(5)));
        listener = Listener.bind(server, loops, socket(), Optional.empty());
    }

    public Path socket() {
        return directory.resolve("s");
    }

    public TestClient connect() throws IOException {
        return new TestClient(socket());
    }

    EventLoops loops() {
        return loops;
    }

    HttpServer server() {
        return server;
    }

    /** One request on a connection of its own. */
    public TestClient.Reply get(String path) throws IOException {
        try (TestClient client = connect()) {
            return client.send("GET", path);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        server.close();
        lanes.close();
        loops.close();
        Files.deleteIfExists(socket());
        Files.delete(directory);
    }
}
