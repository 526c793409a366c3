package jdocker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdocker.image.RegistryException.Kind;
import jdocker.oci.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryTest {
    private static final String SHA = "sha256:" + "ab".repeat(32);
    private static final String CONFIG =
            "\"config\":{\"mediaType\":\"" + MediaTypes.DOCKER_CONFIG + "\",\"digest\":\"" + SHA + "\",\"size\":2}";
    private static final RegistryCredentials ME = new RegistryCredentials("me", "secret", "", "");

    @TempDir
    Path root;

    private FakeRegistry registry;
    private PullFixture pull;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        pull = new PullFixture(root, List.of());
    }

    @AfterEach
    void stop() {
        pull.close();
        registry.close();
    }

    private RepositorySources sources() {
        return pull.sources(registry.host() + "/x");
    }

    private static String layer(long size) {
        return "{\"mediaType\":\"" + MediaTypes.DOCKER_LAYER + "\",\"digest\":\"" + SHA + "\",\"size\":" + size + "}";
    }

    static Stream<Arguments> hostile() {
        String many =
                String.join(",", IntStream.range(0, 129).mapToObj(_ -> layer(1)).toList());
        return Stream.of(
                Arguments.of("not json", "not JSON"),
                Arguments.of("", "not a JSON object"),
                Arguments.of("[]", "not a JSON object"),
                Arguments.of("null", "not a JSON object"),
                Arguments.of("{\"schemaVersion\":1,\"fsLayers\":[]}", "schema 1"),
                Arguments.of("{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]," + CONFIG + "}", "both"),
                Arguments.of("{\"schemaVersion\":2,\"mediaType\":\"x/y\",\"layers\":[]," + CONFIG + "}", "'x/y'"),
                Arguments.of("{\"schemaVersion\":2,\"layers\":[]}", "no config"),
                Arguments.of(
                        "{\"schemaVersion\":2,\"layers\":[],\"config\":{\"mediaType\":\"helm\",\"digest\":\"" + SHA
                                + "\",\"size\":2}}",
                        "not a container image"),
                Arguments.of("{\"schemaVersion\":2,\"layers\":[" + many + "]," + CONFIG + "}", "max depth exceeded"),
                Arguments.of("{\"schemaVersion\":2,\"layers\":[" + layer(-1) + "]," + CONFIG + "}", "the size -1"),
                Arguments.of(
                        "{\"schemaVersion\":2,\"layers\":[" + layer(1) + "," + layer(2) + "]," + CONFIG + "}",
                        "different sizes"),
                Arguments.of(
                        "{\"schemaVersion\":2,\"layers\":[" + layer(1).replace(SHA, "sha256:../../etc/passwd") + "],"
                                + CONFIG + "}",
                        "invalid digest"),
                Arguments.of(
                        "{\"schemaVersion\":2,\"layers\":[" + layer(1).replace("\":1}", "\":1e400}") + "]," + CONFIG
                                + "}",
                        "the manifest is"),
                Arguments.of("{\"a\":".repeat(2000) + "1" + "}".repeat(2000), "not JSON"),
                Arguments.of("{\"schemaVersion\":2,\"schemaVersion\":2," + CONFIG + "}", "not JSON"),
                Arguments.of("{\"a\":\"" + "x".repeat(5 << 20) + "\"}", "larger than"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("hostile")
    void aHostileManifestIsRefusedWithTheReason(String json, String reason) {
        registry.manifest("1", json, "");
        assertThatThrownBy(() -> sources().ask(r -> r.manifest("1")).manifest())
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aManifestMustBeWhatItsDigestSays() {
        String json = "{\"schemaVersion\":2,\"layers\":[]," + CONFIG + "}";
        Digest digest = registry.manifest("1", json, MediaTypes.DOCKER_MANIFEST);
        assertThat(sources().ask(r -> r.manifest(digest.toString())).digest()).isEqualTo(digest);
        Optional<Digest> head = sources().ask(r -> r.digestOf("1"));
        assertThat(head).contains(digest);
        registry.manifests.put(
                SHA,
                new FakeRegistry.Document(
                        json.getBytes(StandardCharsets.UTF_8),
                        MediaTypes.DOCKER_MANIFEST,
                        Map.of("Docker-Content-Digest", SHA)));
        assertThatThrownBy(() -> sources().ask(r -> r.manifest(SHA)))
                .hasMessageContaining("manifest verification failed for digest " + SHA);
    }

    @Test
    void aTypeThatTheRegistryAndTheManifestDisagreeAboutIsRefused() {
        registry.manifest(
                "1",
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"layers\":[]," + CONFIG + "}",
                MediaTypes.DOCKER_MANIFEST);
        assertThatThrownBy(() -> sources().ask(r -> r.manifest("1"))).hasMessageContaining("calls itself");
    }

    @Test
    void whatIsNotThereIsToldInTheRegistrysWords() {
        assertThatThrownBy(() -> sources().ask(r -> r.manifest("1")))
                .isInstanceOfSatisfying(RegistryException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
                    assertThat(e).hasMessage("manifest unknown: manifest unknown");
                });
    }

    @Test
    void aTokenIsFetchedForTheScopeAndShownAgain() throws IOException {
        registry.manifest("1", "{\"schemaVersion\":2,\"layers\":[]," + CONFIG + "}", MediaTypes.DOCKER_MANIFEST);
        try (var tokens = new FakeRegistry()) {
            askForTokens(tokens, 1);
            tokens.fail(
                    "GET",
                    "/token",
                    9,
                    (_, _, out) -> FakeRegistry.reply(
                            out,
                            200,
                            Map.of(),
                            "{\"token\":\"t1\",\"expires_in\":300}".getBytes(StandardCharsets.UTF_8)));
            RepositorySources sources = pull.client.sources(ImageRef.parse(registry.host() + "/x"), ME);
            sources.ask(r -> r.manifest("1"));
            sources.ask(r -> r.manifest("1"));
            List<FakeRegistry.Request> asked = tokens.requests("GET", "/token");
            assertThat(asked).hasSize(1);
            assertThat(asked.getFirst().path()).contains("service=reg", "scope=repository%3Ax%3Apull", "account=me");
            assertThat(asked.getFirst().header("Authorization"))
                    .hasValueSatisfying(v -> assertThat(v).startsWith("Basic "));
            assertThat(registry.requests("GET", "/manifests/"))
                    .allSatisfy(r -> assertThat(r.header("Authorization")).contains("Bearer t1"));
        }
    }

    private void askForTokens(FakeRegistry tokens, int times) {
        registry.fail(
                "GET",
                "/v2/",
                times,
                (_, _, out) -> FakeRegistry.reply(
                        out,
                        401,
                        Map.of(
                                "WWW-Authenticate",
                                "Bearer realm=\"http://" + tokens.host() + "/token\",service=\"reg\""),
                        new byte[0]));
    }

    @Test
    void aTokenThatWasRefusedIsAskedForOnceMore() throws IOException {
        registry.manifest("1", "{\"schemaVersion\":2,\"layers\":[]," + CONFIG + "}", MediaTypes.DOCKER_MANIFEST);
        try (var tokens = new FakeRegistry()) {
            askForTokens(tokens, 2); // the first contact, and the first token
            tokens.fail(
                    "GET",
                    "/token",
                    1,
                    (_, _, out) -> FakeRegistry.reply(
                            out, 200, Map.of(), "{\"token\":\"old\"}".getBytes(StandardCharsets.UTF_8)));
            tokens.fail(
                    "GET",
                    "/token",
                    1,
                    (_, _, out) -> FakeRegistry.reply(
                            out, 200, Map.of(), "{\"access_token\":\"new\"}".getBytes(StandardCharsets.UTF_8)));
            sources().ask(r -> r.manifest("1"));
            assertThat(registry.requests("GET", "/manifests/").getLast().header("Authorization"))
                    .contains("Bearer new");
        }
    }

    @Test
    void anIdentityTokenIsExchangedAndThePasswordNotNeeded() throws IOException {
        registry.manifest("1", "{\"schemaVersion\":2,\"layers\":[]," + CONFIG + "}", MediaTypes.DOCKER_MANIFEST);
        try (var tokens = new FakeRegistry()) {
            askForTokens(tokens, 1);
            tokens.fail(
                    "POST",
                    "/token",
                    1,
                    (_, _, out) -> FakeRegistry.reply(
                            out, 200, Map.of(), "{\"access_token\":\"t\"}".getBytes(StandardCharsets.UTF_8)));
            pull.client
                    .sources(ImageRef.parse(registry.host() + "/x"), new RegistryCredentials("", "", "id", ""))
                    .ask(r -> r.manifest("1"));
            assertThat(tokens.requests("POST", "/token")).hasSize(1);
        }
    }

    @Test
    void aTokenServerThatWouldGetSecretsInTheClearIsNotAsked() {
        registry.fail(
                "GET",
                "/v2/",
                1,
                (_, _, out) -> FakeRegistry.reply(
                        out, 401, Map.of("WWW-Authenticate", "Bearer realm=\"http://tokens.example/t\""), new byte[0]));
        assertThatThrownBy(() -> pull.client
                        .sources(ImageRef.parse(registry.host() + "/x"), ME)
                        .ask(r -> r.manifest("1")))
                .hasMessageContaining("credentials are not sent there");
    }

    @Test
    void wrongCredentialsAreRefusedAtLogin() {
        registry.fail(
                "GET",
                "/v2/",
                3,
                (_, _, out) -> FakeRegistry.reply(
                        out,
                        401,
                        Map.of("WWW-Authenticate", "Basic realm=\"x\""),
                        FakeRegistry.error("UNAUTHORIZED", "authentication required")));
        assertThatThrownBy(() -> pull.client.login(registry.host(), ME))
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED))
                .hasMessageContaining("authentication required");
    }

    @Test
    void anUploadThatWasCutGoesOnWhereItBroke() {
        byte[] content = "0123456789".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        registry.fail("PATCH", "/uploads/", 1, (request, socket, _) -> {
            registry.uploads.get("u0").writeBytes(request.body().readNBytes(30_000));
            socket.setSoLinger(true, 0);
        });
        Repository target = pull.client.forPush(ImageRef.parse(registry.host() + "/x"), RegistryCredentials.NONE);
        RegistryUpload.Outcome outcome = target.upload(Optional.empty(), Digest.of(content))
                .run(() -> new ByteArrayInputStream(content), content.length, _ -> {});
        assertThat(outcome).isEqualTo(RegistryUpload.Outcome.PUSHED);
        assertThat(registry.blobs.get(Digest.of(content).toString())).isEqualTo(content);
    }

    private static final byte[] UPLOADED = "0123456789".repeat(10_000).getBytes(StandardCharsets.UTF_8);

    private void isPushed() {
        Repository target = pull.client.forPush(ImageRef.parse(registry.host() + "/x"), RegistryCredentials.NONE);
        assertThat(target.upload(Optional.empty(), Digest.of(UPLOADED))
                        .run(() -> new ByteArrayInputStream(UPLOADED), UPLOADED.length, _ -> {}))
                .isEqualTo(RegistryUpload.Outcome.PUSHED);
        assertThat(registry.blobs.get(Digest.of(UPLOADED).toString())).isEqualTo(UPLOADED);
    }

    @Test
    void anUploadOfWhichEverythingHasArrivedIsOnlyFinished() {
        registry.fail("PATCH", "/uploads/", 1, (request, socket, _) -> {
            registry.uploads.get("u0").writeBytes(request.body().readNBytes(UPLOADED.length));
            socket.setSoLinger(true, 0);
        });
        isPushed();
        assertThat(registry.requests("PATCH", "/uploads/")).hasSize(1);
    }

    @Test
    void anUploadThatCouldNotBeFinishedAtOnceIsFinishedWithoutSendingItAgain() {
        registry.fail("PUT", "/uploads/", 2, (_, _, out) -> FakeRegistry.reply(out, 503, Map.of(), new byte[0]));
        isPushed();
        assertThat(registry.requests("PATCH", "/uploads/")).hasSize(1);
    }

    @Test
    void anUploadWhoseLastAnswerGotLostIsNotSentAgain() {
        registry.fail("PUT", "/uploads/", 1, (_, socket, _) -> {
            registry.blob(UPLOADED);
            registry.uploads.clear();
            socket.setSoLinger(true, 0);
        });
        registry.fail("GET", "/uploads/", 9, (_, _, out) -> FakeRegistry.reply(out, 404, Map.of(), new byte[0]));
        isPushed();
        assertThat(registry.requests("POST", "/uploads/")).hasSize(1);
        assertThat(registry.requests("PATCH", "/uploads/")).hasSize(1);
    }

    /** Whether it is the registry that says no to the mount, or says nothing and expects the blob. */
    @ParameterizedTest
    @ValueSource(ints = {202, 403})
    void contentThatIsNotThereIsNoFailureOfTheRegistry(int status) {
        if (status != 202) {
            registry.fail("POST", "mount=", 1, (_, _, out) -> FakeRegistry.reply(out, status, Map.of(), new byte[0]));
        }
        Repository target = pull.client.forPush(ImageRef.parse(registry.host() + "/x"), RegistryCredentials.NONE);
        var missing = new IllegalStateException("not kept");
        assertThatThrownBy(() -> target.upload(Optional.of("y"), Digest.of(UPLOADED))
                        .run(
                                () -> {
                                    throw missing;
                                },
                                UPLOADED.length,
                                _ -> {}))
                .isSameAs(missing);
        assertThat(registry.requests("POST", "/uploads/")).hasSize(1);
        assertThat(registry.requests("PATCH", "/uploads/")).isEmpty();
    }

    /** Three times as long as any other answer may. */
    @Test
    void aRegistryThatTakesItsTimeToStoreABlobIsWaitedFor() {
        registry.fail("PUT", "/uploads/", 1, (_, _, out) -> {
            Thread.sleep(1200);
            registry.blob(UPLOADED);
            FakeRegistry.reply(out, 201, Map.of(), new byte[0]);
        });
        isPushed();
        assertThat(registry.requests("PUT", "/uploads/")).hasSize(1);
    }

    @Test
    void aBlobOfAnotherRepositoryIsMounted() {
        byte[] content = {1, 2, 3};
        Digest digest = registry.blob(content);
        Repository target = pull.client.forPush(ImageRef.parse(registry.host() + "/x"), RegistryCredentials.NONE);
        assertThat(target.upload(Optional.of("y"), digest)
                        .run(() -> new ByteArrayInputStream(content), content.length, _ -> {}))
                .isEqualTo(RegistryUpload.Outcome.MOUNTED);
        assertThat(registry.requests("PATCH", "/")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 501, 503})
    void aBlobThatMayNotBeMountedIsBrought(int status) {
        registry.fail(
                "POST",
                "mount=",
                9,
                (_, _, out) -> FakeRegistry.reply(
                        out, status, Map.of("Retry-After", "0"), FakeRegistry.error("DENIED", "not from there")));
        isBroughtInsteadOfMounted();
    }

    private void isBroughtInsteadOfMounted() {
        byte[] content = {1, 2, 3};
        Repository target = pull.client.forPush(ImageRef.parse(registry.host() + "/x"), ME);
        assertThat(target.upload(Optional.of("y"), Digest.of(content))
                        .run(() -> new ByteArrayInputStream(content), content.length, _ -> {}))
                .isEqualTo(RegistryUpload.Outcome.PUSHED);
        assertThat(registry.blobs.get(Digest.of(content).toString())).isEqualTo(content);
    }

    /** What is asked for the mount's sake is not asked for any more once the mount was refused. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTokenThatIsRefusedForTheOtherRepositoryDoesNotKeepTheBlobFromBeingBrought(boolean byTheTokenServer)
            throws IOException {
        try (var tokens = new FakeRegistry()) {
            askForTokens(tokens, 1);
            String realm = "Bearer realm=\"http://" + tokens.host() + "/token\",service=\"reg\"";
            registry.fail(
                    "POST",
                    "mount=",
                    9,
                    (_, _, out) -> FakeRegistry.reply(
                            out, 401, Map.of("WWW-Authenticate", realm + ",scope=\"repository:y:pull\""), new byte[0]));
            var refused = new AtomicBoolean(byTheTokenServer);
            tokens.fail("GET", "/token", 99, (request, _, out) -> {
                boolean other = request.path().contains("repository%3Ay");
                boolean no = other && refused.getAndSet(true);
                FakeRegistry.reply(
                        out,
                        no ? 403 : 200,
                        Map.of(),
                        no
                                ? FakeRegistry.error("DENIED", "not y")
                                : "{\"token\":\"t\"}".getBytes(StandardCharsets.UTF_8));
            });
            isBroughtInsteadOfMounted();
            assertThat(tokens.requests("GET", "/token").getLast().path()).doesNotContain("repository%3Ay");
        }
    }

    @Test
    void aRegistryWithoutSearchSaysSo() {
        assertThatThrownBy(() -> pull.client.search(registry.host(), "x", 10, RegistryCredentials.NONE))
                .hasMessageContaining("has no search");
    }

    @Test
    void aClosedPortIsToldAsSuch() {
        String host = registry.host();
        registry.close();
        assertThatThrownBy(() -> pull.sources(host + "/x").ask(r -> r.manifest("1")))
                .hasMessageContaining("https://" + host + "/v2/")
                .hasMessageContaining("connection refused");
    }
}
