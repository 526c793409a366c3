package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import jdocker.daemon.http.TestClient;
import jdocker.daemon.http.TestServer;
import jdocker.image.PartialBlobs;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is pushed where a packed layer is no longer kept, against a registry on loopback that mounts nothing. */
@KernelTest
class PushTest extends ImageServerTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, byte[]> uploads = new ConcurrentHashMap<>();
    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private volatile int mountStatus = 202;
    private HttpServer registry;
    private ImageRegistries registries;
    private TestServer routes;

    @BeforeEach
    void serve() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.setExecutor(threads);
        registry.createContext("/", this::answer);
        registry.start();
        registries = new ImageRegistries(
                images,
                web,
                PartialBlobs.open(root),
                ImageRegistries.Policy.DEFAULT,
                new ImageGarbage(images, PartialBlobs.open(root), root, new ImageGarbage.Watermarks(0, 0)));
        routes = new TestServer(router -> new RegistryRoutes(registries).addTo(router));
    }

    @AfterEach
    void stopServing() throws IOException {
        routes.close();
        registries.close();
        registry.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream body = exchange.getRequestBody()) {
            byte[] content = body.readAllBytes();
            String path = exchange.getRequestURI().getPath();
            String last = path.substring(path.lastIndexOf('/') + 1);
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            int status = switch (exchange.getRequestMethod()) {
                case "HEAD" -> blobs.containsKey(last) ? 200 : 404;
                case "POST" -> {
                    exchange.getResponseHeaders().set("Location", path + UUID.randomUUID());
                    yield query.contains("mount=") ? mountStatus : 202;
                }
                case "PATCH" -> {
                    uploads.put(path, content);
                    exchange.getResponseHeaders().set("Location", path);
                    yield 202;
                }
                case "PUT" -> {
                    if (path.contains("/manifests/")) {
                        manifests.put(last, content);
                    } else {
                        blobs.put(query.replaceFirst(".*digest=", ""), uploads.getOrDefault(path, content));
                    }
                    yield 201;
                }
                default -> path.equals("/v2/") ? 200 : 404;
            };
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private String host() {
        return "127.0.0.1:" + registry.getAddress().getPort();
    }

    private String pushed(String image) throws IOException {
        assertThat(send("POST", "/images/" + image + "/tag?repo=" + host() + "/team/app&tag=v1")
                        .status())
                .isEqualTo(201);
        try (TestClient client = routes.connect()) {
            return client.send("POST", "/images/" + host() + "/team/app/push?tag=v1")
                    .text();
        }
    }

    /** As if it had been pulled from elsewhere in that registry, and its packed layers had made room since. */
    private void isOnlyElsewhere(byte[] packed, byte[] layer) {
        var form = new LayerBlobs.Packed(
                Digest.of(packed).toString(),
                packed.length,
                LoadedManifestTest.OCI + "layer.v1.tar+gzip",
                List.of(host() + "/other/base"));
        images.content().keepForm(new ImageContent.NewBlob(Digest.of(layer), form, Optional.empty()));
        images.content().blobs().remove(Digest.of(packed));
    }

    private void hasBothLayersPackedAnew() throws IOException {
        JsonNode manifest = JSON.readTree(manifests.get("v1"));
        assertThat(manifest.get("layers")).hasSize(2);
        assertThat(unpacked(manifest, 0)).isEqualTo(ONE);
        assertThat(unpacked(manifest, 1)).isEqualTo(TWO);
    }

    private byte[] unpacked(JsonNode manifest, int layer) throws IOException {
        byte[] packed =
                blobs.get(manifest.get("layers").get(layer).get("digest").asText());
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {202, 401, 403, 405})
    void aLayerThatIsNotKeptAndNotMountedIsPackedAnew(int status) throws IOException {
        mountStatus = status;
        load("app:v1");
        isOnlyElsewhere(LoadedManifestTest.PACKED_ONE, ONE);
        isOnlyElsewhere(LoadedManifestTest.PACKED_TWO, TWO);
        assertThat(pushed("app:v1")).doesNotContain("errorDetail").contains("v1: digest:");
        hasBothLayersPackedAnew();
    }

    @Test
    void aManifestThatNamesALayerThatIsNowhereIsMadeAnew() throws IOException {
        assertThat(post("/images/load", LoadedManifestTest.layout("app:v1").end())
                        .text())
                .contains("Loaded image");
        isOnlyElsewhere(LoadedManifestTest.PACKED_ONE, ONE);
        assertThat(pushed("app:v1")).doesNotContain("errorDetail").contains("v1: digest:");
        hasBothLayersPackedAnew();
    }

    @Test
    void aManifestWhoseLayersAreKeptGoesOutAsItIs() throws IOException {
        assertThat(post("/images/load", LoadedManifestTest.layout("app:v1").end())
                        .text())
                .contains("Loaded image");
        assertThat(pushed("app:v1")).doesNotContain("errorDetail");
        assertThat(manifests.get("v1")).isEqualTo(LoadedManifestTest.MANIFEST);
        assertThat(blobs.get(Digest.of(LoadedManifestTest.PACKED_ONE).toString()))
                .isEqualTo(LoadedManifestTest.PACKED_ONE);
    }
}
