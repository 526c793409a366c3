package jdocker.daemon.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import jdocker.daemon.http.TestClient;
import jdocker.daemon.http.TestServer;
import jdocker.image.PartialBlobs;
import jdocker.oci.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Pulls from a registry on loopback, which has what its maps hold, at {@link #repository}. */
abstract class PullServerTest extends ImageServerTest {
    static final String OCI = "application/vnd.oci.image.";
    static final String MANIFEST = OCI + "manifest.v1+json";
    static final String INDEX = OCI + "index.v1+json";

    /** By tag or digest; each is as many bytes as were given. */
    final Map<String, byte[]> manifests = new ConcurrentHashMap<>();

    final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    /** How many manifests were asked for by GET. */
    final AtomicInteger gets = new AtomicInteger();
    /** What happens before a blob is given out. */
    final Map<String, Runnable> before = new ConcurrentHashMap<>();

    String repository;
    PartialBlobs partials;
    ImageGarbage garbage;
    ImageRegistries registries;
    private HttpServer registry;
    private TestServer routes;

    @BeforeEach
    void serveRegistry() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", this::answer);
        registry.setExecutor(java.util.concurrent.Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().factory()));
        registry.start();
        repository = "127.0.0.1:" + registry.getAddress().getPort() + "/team/app";
        partials = PartialBlobs.open(root);
        garbage = new ImageGarbage(images, partials, root, new ImageGarbage.Watermarks(0, 0));
        registries = new ImageRegistries(images, web, partials, ImageRegistries.Policy.DEFAULT, garbage);
        routes = new TestServer(router -> {
            var pulls = new RegistryRoutes(registries);
            pulls.addTo(router);
            new ImageCareRoutes(images, registries::removeRemains).addTo(router);
            new ImageCreationRoutes(images, pulls::pull, web::download).addTo(router);
        });
    }

    @AfterEach
    void stopRegistry() throws IOException {
        routes.close();
        registries.close();
        registry.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String last = path.substring(path.lastIndexOf('/') + 1);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (!head && path.contains("/manifests/")) {
            gets.incrementAndGet();
        }
        byte[] body = path.equals("/v2/")
                ? new byte[] {'{', '}'}
                : path.contains("/manifests/") ? manifests.get(last) : blobs.get(last);
        if (path.contains("/blobs/")) {
            Optional.ofNullable(before.get(last)).ifPresent(Runnable::run);
        }
        if (body != null && path.contains("/manifests/")) {
            boolean index = new String(body, StandardCharsets.UTF_8).contains("\"manifests\"");
            exchange.getResponseHeaders().set("Content-Type", index ? INDEX : MANIFEST);
            exchange.getResponseHeaders()
                    .set("Docker-Content-Digest", Digest.of(body).toString());
        }
        exchange.sendResponseHeaders(body == null ? 404 : 200, body == null || head ? -1 : body.length);
        if (body != null && !head) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    /** Puts an image of one layer into the registry; the manifest. */
    byte[] offer(String tag, String config, byte[] layer) {
        byte[] packed = gzip(layer);
        byte[] configBytes = config.getBytes(StandardCharsets.UTF_8);
        blobs.put(Digest.of(packed).toString(), packed);
        blobs.put(Digest.of(configBytes).toString(), configBytes);
        byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":{"
                        + descriptor(OCI + "config.v1+json", configBytes) + "},\"layers\":[{"
                        + descriptor(OCI + "layer.v1.tar+gzip", packed) + "}]}")
                .getBytes(StandardCharsets.UTF_8);
        manifests.put(tag, manifest);
        manifests.put(Digest.of(manifest).toString(), manifest);
        return manifest;
    }

    /** The inside of a descriptor. */
    static String descriptor(String type, byte[] content) {
        return "\"mediaType\":\"" + type + "\",\"digest\":\"" + Digest.of(content) + "\",\"size\":" + content.length;
    }

    /** What the stream tells. */
    String pull(String tag, String platform) throws IOException {
        return ask("POST", "/images/create?fromImage=" + repository + "&tag=" + tag + "&platform=" + platform);
    }

    String ask(String method, String path) throws IOException {
        try (TestClient client = routes.connect()) {
            return client.send(method, path).text();
        }
    }

    static byte[] gzip(byte[] content) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
