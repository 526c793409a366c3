package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jdocker.daemon.error.EngineException.NotImplemented;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.TestClient.Reply;
import jdocker.daemon.http.TestServer;
import jdocker.daemon.state.Snapshot;
import jdocker.daemon.state.StateStore;
import jdocker.image.BlobStore;
import jdocker.image.RegistryClient;
import jdocker.image.RegistryProxies;
import jdocker.image.RegistrySettings;
import jdocker.kernel.Kernel;
import jdocker.oci.Digest;
import jdocker.storage.LayerStore;
import jdocker.storage.UnpackLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The images' routes on a socket, with a store in a temporary directory and made-up containers. */
abstract class ImageServerTest {
    static final byte[] ONE = ArchiveBytes.layer("one", "first");
    static final byte[] TWO = ArchiveBytes.layer("two", "second!");
    static final String CONFIG = ArchiveBytes.config("""
            "created":"2024-05-06T07:08:09.5Z","author":"me",
            "config":{"Cmd":["sh"],"Env":["A=b"],"Labels":{"stage":"test","empty":""}},
            "history":[{"created":"2024-05-06T07:00:00Z","created_by":"ADD one"},
                {"created":"2024-05-06T07:00:01Z","created_by":"CMD","empty_layer":true},
                {"created":"2024-05-06T07:00:02Z","created_by":"ADD two","comment":"top"}],
            """, ONE, TWO);
    static final String ID = Digest.of(CONFIG.getBytes(StandardCharsets.UTF_8)).toString();
    static final ObjectMapper JSON = new ObjectMapper();

    /** Containers, as far as images care. */
    static final class FakeUsers implements ImageUsers {
        final Map<String, Use> uses = new TreeMap<>();
        final Set<String> layers = new java.util.TreeSet<>();
        /** Happens once they were asked for, before anything is done with the answer. */
        Runnable afterwards = () -> {};

        @Override
        public Map<String, Use> uses(Snapshot state) {
            var now = new TreeMap<>(uses);
            afterwards.run();
            return now;
        }

        @Override
        public Set<String> layers(Snapshot state) {
            return layers;
        }
    }

    @TempDir
    Path root;

    final FakeUsers users = new FakeUsers();
    UnpackLimits limits = UnpackLimits.DEFAULT;
    KeepBlobs keep = KeepBlobs.ALWAYS;
    final RegistryClient web = new RegistryClient(new RegistrySettings(
            List.of(), List.of(), List.of(), RegistryProxies.NONE, 1, Duration.ofSeconds(2), "jdocker/test"));
    StateStore store;
    LayerStore layers;
    ImageEngine images;
    TestServer server;

    @BeforeEach
    void start() throws IOException {
        store = StateStore.open(root.resolve("state.db"));
        layers = LayerStore.open(root, Kernel.load(), limits);
        images = new ImageEngine(store, layers, BlobStore.open(root), users, keep);
        images.cleanUp();
        server = new TestServer(router -> {
            new ImageRoutes(images).addTo(router);
            new ImageCareRoutes(images, _ -> 0).addTo(router);
            new ImageCreationRoutes(images, ImageServerTest::noRegistries, web::download).addTo(router);
        });
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        layers.close();
        store.close();
    }

    private static Response noRegistries(Request request) {
        throw new NotImplemented("no registries in this test: " + request.path());
    }

    Reply send(String method, String path) throws IOException {
        try (var client = server.connect()) {
            return client.send(method, path);
        }
    }

    Reply post(String path, byte[] body) throws IOException {
        try (var client = server.connect()) {
            client.write("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-tar\r\nContent-Length: "
                    + body.length + "\r\n\r\n");
            client.write(body);
            return client.reply();
        }
    }

    JsonNode get(String path) throws IOException {
        Reply reply = send("GET", path);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return JSON.readTree(reply.bytes());
    }

    void load(String tag) throws IOException {
        Reply reply = post("/v1.51/images/load", ArchiveBytes.saved(CONFIG, tag, ONE, TWO));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    List<String> events() {
        var seen = new ArrayList<String>();
        try (var reader = store.events().from(Instant.EPOCH)) {
            while (!reader.caughtUp()) {
                reader.next(Duration.ofSeconds(5))
                        .forEach(event -> seen.add(
                                event.action() + " " + event.attributes().get("name")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return seen;
    }

    static String filters(String json) {
        return URLEncoder.encode(json, StandardCharsets.UTF_8);
    }
}
