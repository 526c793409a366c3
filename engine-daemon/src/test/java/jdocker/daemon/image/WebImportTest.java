package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import jdocker.daemon.http.TestClient.Reply;
import jdocker.kernel.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /images/create} with an address, against a server on loopback. */
@KernelTest
class WebImportTest extends ImageServerTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
    private HttpServer files;
    private HttpServer others;

    @BeforeEach
    void serve() throws IOException {
        files = listen();
        others = listen();
        files.createContext("/root.tar", exchange -> answer(exchange, 200, ONE));
        files.createContext("/root.tgz", exchange -> answer(exchange, 200, gzip(ONE)));
        files.createContext("/moved", exchange -> redirect(exchange, "/root.tar"));
        files.createContext("/away", exchange -> redirect(exchange, address(others) + "/root.tar"));
        files.createContext("/loop", exchange -> redirect(exchange, "/loop"));
        files.createContext("/file", exchange -> redirect(exchange, "file:///etc/passwd"));
        files.createContext("/nowhere", exchange -> redirect(exchange, "http://"));
        files.createContext("/status/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            int status = Integer.parseInt(path.substring("/status/".length()));
            answer(exchange, status, "why\n".getBytes(StandardCharsets.US_ASCII));
        });
        files.createContext("/missing", exchange -> answer(exchange, 404, new byte[0]));
        files.createContext(
                "/notar", exchange -> answer(exchange, 200, "<html>".repeat(200).getBytes(StandardCharsets.US_ASCII)));
        files.createContext("/cut", WebImportTest::cut);
        files.createContext("/stall", WebImportTest::stall);
        others.createContext("/root.tar", exchange -> answer(exchange, 200, TWO));
    }

    @AfterEach
    void stopServing() {
        files.stop(0);
        others.stop(0);
        threads.shutdownNow();
        web.close();
    }

    private HttpServer listen() throws IOException {
        HttpServer made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        made.setExecutor(threads);
        made.start();
        return made;
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (exchange) {
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private void redirect(HttpExchange exchange, String target) throws IOException {
        exchange.getResponseHeaders().set("Location", target);
        answer(exchange, 302, new byte[0]);
    }

    private static void cut(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, ONE.length);
        exchange.getResponseBody().write(ONE, 0, 700);
        exchange.getResponseBody().flush();
        throw new IOException("cut");
    }

    private static void stall(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, ONE.length);
        exchange.getResponseBody().write(ONE, 0, 700);
        exchange.getResponseBody().flush();
        try {
            Thread.sleep(30_000); // until the test ends
        } catch (InterruptedException _) {
            exchange.close();
        }
    }

    private static byte[] gzip(byte[] content) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private Reply importing(String path, String more) throws IOException {
        return send("POST", "/v1.51/images/create?fromSrc=" + filters(address(files) + path) + more);
    }

    @ParameterizedTest
    @CsvSource({"/root.tar", "/root.tgz", "/moved"})
    void anArchiveComesFromTheWeb(String path) throws IOException {
        Reply reply = importing(
                path, "&repo=made&tag=v1&message=hello&platform=linux/arm64&changes=" + filters("CMD [\"sh\"]"));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        List<String> lines = reply.text().lines().toList();
        assertThat(JSON.readTree(lines.getFirst()).get("status").asText())
                .startsWith("Downloading from " + address(files));
        assertThat(reply.text()).contains("\"status\":\"Importing\"");
        JsonNode image = get("/v1.51/images/made:v1/json");
        assertThat(image.get("Id").asText())
                .isEqualTo(JSON.readTree(lines.getLast()).get("status").asText());
        assertThat(image.get("Comment").asText()).isEqualTo("hello");
        assertThat(image.get("Architecture").asText()).isEqualTo("arm64");
        assertThat(image.get("Config").get("Cmd").toString()).isEqualTo("[\"sh\"]");
        assertThat(image.get("Size").asLong()).isEqualTo(5);
    }

    @Test
    void withoutAMessageTheImageSaysWhereItCameFrom() throws IOException {
        importing("/root.tar", "&repo=made");
        assertThat(get("/images/made/json").get("Comment").asText())
                .isEqualTo("Imported from " + address(files) + "/root.tar");
    }

    @ParameterizedTest
    @CsvSource({
        "/status/400, 400, with status 400: why",
        "/status/401, 401, with status 401: why",
        "/status/403, 403, with status 403: why",
        "/status/404, 404, with status 404: why",
        "/status/410, 500, with status 410: why",
        "/status/503, 500, with status 503: why",
        "/missing, 404, with status 404",
        "/loop, 500, stopped after 10 redirects",
        "/file, 500, it is no address of the kind",
        "/nowhere, 500, leads to",
    })
    void whatCannotBeFetchedIsToldWithTheReason(String path, int status, String reason) throws IOException {
        Reply reply = importing(path, "&repo=made");
        assertThat(reply.status()).isEqualTo(status);
        assertThat(JSON.readTree(reply.bytes()).get("message").asText()).contains(reason);
        assertThat(get("/images/json")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/cut, importing from", "/stall, no more data for 2 seconds", "/notar, ''"})
    void whatBreaksOnTheWayLeavesNothing(String path, String reason) throws IOException {
        Reply reply = importing(path, "&repo=made");
        assertThat(reply.text()).contains("\"errorDetail\"").contains(reason);
        assertThat(get("/images/json")).isEmpty();
        assertThat(root.resolve("tmp")).isEmptyDirectory();
        assertThat(layers.layers()).isEmpty();
    }

    /** A registry on this machine may have any certificate; whoever else is there may not. */
    @Test
    void anUnknownCertificateIsNoGoodForAFileOfTheWeb() throws Exception {
        Path store = root.resolve("key.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-alias",
                        "web")
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        HttpsServer encrypted = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        encrypted.setHttpsConfigurator(new HttpsConfigurator(tls));
        encrypted.setExecutor(threads);
        encrypted.createContext("/root.tar", exchange -> answer(exchange, 200, ONE));
        encrypted.start();
        try {
            String source = "https://127.0.0.1:" + encrypted.getAddress().getPort() + "/root.tar";
            Reply reply = send("POST", "/images/create?fromSrc=" + filters(source) + "&repo=made");
            assertThat(reply.status()).as(reply.text()).isEqualTo(500);
            assertThat(JSON.readTree(reply.bytes()).get("message").asText()).contains("certification path");
            assertThat(get("/images/json")).isEmpty();
        } finally {
            encrypted.stop(0);
        }
    }

    @Test
    void aWrongChangeIsToldBeforeAnythingIsFetched() throws IOException {
        assertThat(importing("/root.tar", "&changes=RUN%20x").status()).isEqualTo(400);
        assertThat(authorizations).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://", ""})
    void credentialsInTheAddressAreShownToItsOwnHostAloneAndNeverTold(String protocol) throws IOException {
        String source = protocol + "me:secret@127.0.0.1:" + files.getAddress().getPort() + "/away";
        Reply reply = send("POST", "/images/create?fromSrc=" + filters(source) + "&repo=made");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.text()).doesNotContain("secret");
        assertThat(authorizations).hasSize(2);
        assertThat(authorizations.getFirst()).startsWith("Basic ");
        assertThat(authorizations.getLast()).isEqualTo("null");
        assertThat(get("/images/made/json").get("Comment").asText()).doesNotContain("secret");
    }
}
