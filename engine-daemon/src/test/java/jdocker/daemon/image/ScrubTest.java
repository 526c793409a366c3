package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import jdocker.daemon.http.ResponseStream;
import jdocker.daemon.http.TestClient;
import jdocker.daemon.http.TestServer;
import jdocker.image.PartialBlobs;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a disk has damaged is noticed, and repaired where good content can be had. */
@KernelTest
class ScrubTest extends ImageServerTest {
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final String CONTAINER = "c0ffee".repeat(10) + "0001";

    private ImageRegistries registries;
    private TestServer routes;
    private byte[] packed;

    @BeforeEach
    void serveRegistries() throws IOException {
        registries = new ImageRegistries(
                images,
                web,
                PartialBlobs.open(root),
                ImageRegistries.Policy.DEFAULT,
                new ImageGarbage(images, PartialBlobs.open(root), root, new ImageGarbage.Watermarks(0, 0)));
        routes = new TestServer(router -> new RegistryRoutes(registries).addTo(router));
        packed = gzip(ONE);
        load("app:v1");
    }

    @AfterEach
    void stopRegistries() throws IOException {
        routes.close();
        registries.close();
    }

    private String scrubWith(String config) throws IOException {
        try (TestClient client = routes.connect()) {
            client.write("POST /images/scrub?repair=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nX-Registry-Config: "
                    + Base64.getUrlEncoder().encodeToString(config.getBytes(StandardCharsets.UTF_8)) + "\r\n\r\n");
            return client.reply().text();
        }
    }

    /** One registry's login is never shown to another. */
    @Test
    void aPrivateRegistrysLayerIsFetchedWithItsLogin() throws IOException {
        var shown = new java.util.concurrent.ConcurrentLinkedQueue<String>();
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            String login = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            shown.add(login);
            boolean good = login.equals(
                    "Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes(StandardCharsets.UTF_8)));
            byte[] body = exchange.getRequestURI().getPath().contains("/blobs/") ? packed : new byte[] {'{', '}'};
            if (!good) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
            }
            exchange.sendResponseHeaders(good ? 200 : 401, good ? body.length : -1);
            if (good) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        registry.start();
        try {
            String host = "127.0.0.1:" + registry.getAddress().getPort();
            known(Optional.empty(), List.of(host + "/team/app"));
            damage();
            assertThat(scrub(true)).contains("it could not be fetched again", "1 damaged");
            assertThat(scrubWith("{\"other:5000\":{\"username\":\"me\",\"password\":\"secret\"}}"))
                    .contains("1 damaged");
            assertThat(scrubWith("no JSON")).contains("1 damaged");
            assertThat(shown).containsOnly("null");
            assertThat(scrubWith("{\"http://" + host + "/v2/\":{\"username\":\"me\",\"password\":\"secret\"}}"))
                    .contains("fetched again from " + host + "/team/app", "1 repaired, 0 damaged")
                    .doesNotContain("secret");
            assertThat(layer().resolve("diff/one")).hasContent("first");
        } finally {
            registry.stop(0);
        }
    }

    private String scrub(boolean repair) throws IOException {
        try (TestClient client = routes.connect()) {
            return client.send("POST", "/images/scrub" + (repair ? "?repair=1" : ""))
                    .text();
        }
    }

    private ChainId bottom() {
        return ChainId.of(Optional.empty(), Digest.of(ONE));
    }

    private Path layer() {
        return root.resolve("overlay2").resolve(bottom().digest().hex());
    }

    private void damage() throws IOException {
        Files.writeString(layer().resolve("diff/one"), "fIrst");
    }

    private void known(Optional<byte[]> kept, List<String> repositories) throws IOException {
        kept.ifPresent(content -> images.content().blobs().put(content));
        var form = new LayerBlobs.Packed(Digest.of(packed).toString(), packed.length, LAYER, repositories);
        images.content().keepForm(new ImageContent.NewBlob(Digest.of(ONE), form, Optional.empty()));
    }

    @Test
    void aDamagedLayerComesBackFromItsKeptBlob() throws IOException {
        known(Optional.of(packed), List.of());
        damage();
        assertThat(scrub(false)).contains("would be unpacked again from the kept blob", "1 damaged");
        assertThat(layer().resolve("diff/one")).as("only told").hasContent("fIrst");
        assertThat(scrub(true))
                .contains("of app:v1 is damaged", "unpacked again from the kept blob", "1 repaired, 0 damaged")
                .doesNotContain("errorDetail");
        assertThat(layer().resolve("diff/one")).hasContent("first");
        assertThat(scrub(false)).contains("0 repaired, 0 damaged");
        assertThat(root.resolve("tmp")).isEmptyDirectory();
        stop();
        start();
        assertThat(get("/images/app:v1/json").get("Size").asLong()).isEqualTo(12);
    }

    @Test
    void aLayerThatIsGoneComesBackToo() throws IOException {
        known(Optional.of(packed), List.of());
        removeTree(layer());
        assertThat(scrub(true)).contains("of app:v1 is missing", "1 repaired, 0 damaged");
        assertThat(layer().resolve("diff/one")).hasContent("first");
        assertThat(scrub(false)).contains("0 repaired, 0 damaged");
    }

    @Test
    void aLayerWhoseRecordIsDamagedComesBackToo() throws IOException {
        known(Optional.of(packed), List.of());
        for (String part : List.of("layer", "tar", "lower", "link")) {
            Path file = layer().resolve(part);
            if (Files.exists(file)) {
                Files.write(file, new byte[] {1, 2, 3});
            }
        }
        assertThat(scrub(true)).contains("1 repaired, 0 damaged");
        assertThat(scrub(false)).contains("0 repaired, 0 damaged");
    }

    @Test
    void aLayerIsFetchedAgainFromTheRegistryThatHasIt() throws IOException {
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            boolean blob = exchange.getRequestURI().getPath().equals("/v2/team/app/blobs/" + Digest.of(packed));
            boolean ping = exchange.getRequestURI().getPath().equals("/v2/");
            byte[] body = blob ? packed : "{}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(blob || ping ? 200 : 404, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        registry.start();
        try {
            String repository = "127.0.0.1:" + registry.getAddress().getPort() + "/team/app";
            known(Optional.empty(), List.of(repository));
            damage();
            assertThat(scrub(false)).contains("would be fetched again from " + repository);
            assertThat(scrub(true)).contains("fetched again from " + repository, "1 repaired, 0 damaged");
            assertThat(layer().resolve("diff/one")).hasContent("first");
        } finally {
            registry.stop(0);
        }
    }

    @Test
    void whatNobodyHasIsToldAndStaysAsItIs() throws IOException {
        damage();
        assertThat(scrub(true))
                .contains("no packed form of it is kept here", "of app:v1", "0 repaired, 1 damaged", "errorDetail");
        known(Optional.empty(), List.of("127.0.0.1:1/team/app"));
        assertThat(scrub(true)).contains("it could not be fetched again from 127.0.0.1:1/team/app", "1 damaged");
        assertThat(layer().resolve("diff/one")).hasContent("fIrst");
    }

    @Test
    void aBlobThatIsDamagedItselfRepairsNothing() throws IOException {
        known(Optional.of(packed), List.of());
        byte[] wrong = packed.clone();
        wrong[20] ^= 1;
        Files.write(root.resolve("blobs/sha256").resolve(Digest.of(packed).hex()), wrong);
        damage();
        assertThat(scrub(true)).contains("packed layer is damaged", "1 damaged");
        assertThat(layer().resolve("diff/one")).hasContent("fIrst");
    }

    @Test
    void nothingIsExchangedBeneathARunningContainer() throws IOException {
        known(Optional.of(packed), List.of());
        damage();
        layers.prepare(CONTAINER, Optional.of(bottom()));
        layers.mount(CONTAINER).keep();
        try {
            assertThat(scrub(true)).contains("a running container stands on it", "1 damaged");
            assertThat(root.resolve("overlay2/" + CONTAINER + "/merged/one")).hasContent("fIrst");
        } finally {
            layers.unmount(CONTAINER);
        }
        assertThat(scrub(true)).contains("1 repaired, 0 damaged");
        layers.mount(CONTAINER).keep();
        assertThat(root.resolve("overlay2/" + CONTAINER + "/merged/one")).hasContent("first");
        layers.remove(CONTAINER);
    }

    /** Does something when the first finding is told. */
    private static final class Telling extends ResponseStream {
        private final StringBuilder lines = new StringBuilder();
        private Optional<Runnable> first;

        Telling(Runnable first) {
            this.first = Optional.of(first);
        }

        @Override
        public void appendJsonLine(Object value) {
            lines.append(value).append('\n');
            Optional<Runnable> now = first;
            first = Optional.empty();
            now.ifPresent(Runnable::run);
        }

        @Override
        public void write(int b) {
            lines.append((char) b);
        }

        @Override
        public boolean disconnected() {
            return false;
        }
    }

    @Test
    void whatIsRemovedMeanwhileIsNotDamagedAndNothingOfItIsWritten() throws IOException {
        // Of two images with missing configs the one goes while the other is told, whichever comes first.
        String config = ArchiveBytes.config("", TWO);
        post("/images/load", ArchiveBytes.saved(config, "other:v1", TWO));
        String other = Digest.of(config.getBytes(StandardCharsets.UTF_8)).toString();
        for (String id : List.of(ID, other)) {
            Files.delete(root.resolve("blobs/sha256").resolve(Digest.parse(id).hex()));
        }
        String second = images.library().snapshot().all(Image.ALL).keySet().stream()
                .toList()
                .getLast();
        var out = new Telling(() -> images.remove(second, true, true));
        new ImageScrub(registries, RegistryConfigHeader.parse("e30"), true, out).run();
        assertThat(out.lines.toString()).contains("1 repaired, 0 damaged");
        assertThat(images.content().blobs().all()).containsExactly(Digest.parse(second.equals(ID) ? other : ID));
        assertThat(layers.layers()).hasSize(second.equals(ID) ? 1 : 2);
    }

    private static void removeTree(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }
}
