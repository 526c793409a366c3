package jdocker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerDownloadTest {
    private static final byte[] CONTENT = content();
    private static final Digest DIFF_ID = Digest.of(CONTENT);
    private static final byte[] PACKED = PullFixture.gzip(CONTENT);

    @TempDir
    Path root;

    private FakeRegistry registry;
    private PullFixture pull;
    private Descriptor layer;

    private static byte[] content() {
        byte[] content = new byte[300_000];
        new Random(7).nextBytes(content);
        return content;
    }

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        layer = PullFixture.layer(registry.blob(PACKED), PACKED.length);
        pull = new PullFixture(root, List.of());
    }

    @AfterEach
    void stop() {
        pull.close();
        registry.close();
        assertThat(pull.open).as("layers that nobody has forgotten").hasValue(0);
    }

    private RepositorySources sources() {
        return pull.sources(registry.host() + "/x");
    }

    private void arrives() {
        var arrived = pull.fetch(sources(), layer, DIFF_ID);
        assertThat(arrived.layer().diffId()).isEqualTo(DIFF_ID);
        assertThat(arrived.file())
                .hasValueSatisfying(file -> assertThat(file.digest()).isEqualTo(layer.digest()));
    }

    private void isRefused(String reason) {
        assertThatThrownBy(() -> pull.fetch(sources(), layer, DIFF_ID))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(reason);
        assertThat(pull.blobs.all()).isEmpty();
    }

    @Test
    void aLayerArrivesVerified() {
        arrives();
        assertThat(registry.requests("GET", "/blobs/")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 9, 10, 11, 100, 16_383, 16_384, 65_535, 65_536, 65_537, 262_144, 299_999})
    void aConnectionThatIsCutAnywhereIsContinued(int bytes) {
        registry.fail("GET", "/blobs/", 1, registry.cutAfter(bytes));
        arrives();
        List<FakeRegistry.Request> asked = registry.requests("GET", "/blobs/");
        assertThat(asked).hasSize(2);
        // What has arrived but not been read when the connection breaks, the HTTP client forgets: so it may ask from
        // before.
        long from = asked.getLast()
                .header("Range")
                .map(range -> Long.parseLong(range.replaceAll("bytes=(\\d+)-", "$1")))
                .orElse(0L);
        assertThat(from).isBetween(Math.max(0, bytes - 65_536L), (long) bytes);
    }

    @Test
    void aConnectionThatKeepsBreakingIsGivenUpWithTheReason() {
        registry.fail("GET", "/blobs/", 100, registry.cutAfter(10));
        isRefused("bytes: the connection was closed (5 attempts)");
    }

    @Test
    void aRegistryWithoutRangesSendsTheBeginningAgain() {
        registry.fail("GET", "/blobs/", 1, registry.cutAfter(100_000));
        registry.fail("GET", "/blobs/", 1, (_, _, out) -> FakeRegistry.reply(out, 200, Map.of(), PACKED));
        arrives();
    }

    @Test
    void aPartOtherThanTheOneThatWasAskedForIsNotTaken() {
        registry.fail("GET", "/blobs/", 1, registry.cutAfter(100_000));
        registry.fail(
                "GET",
                "/blobs/",
                1,
                (_, _, out) -> FakeRegistry.reply(
                        out,
                        206,
                        Map.of("Content-Range", "bytes 0-" + (PACKED.length - 1) + "/" + PACKED.length),
                        PACKED));
        arrives();
    }

    @Test
    void wrongBytesAreRefused() {
        byte[] wrong = PACKED.clone();
        wrong[wrong.length / 2] ^= 1;
        registry.blobs.put(layer.digest().toString(), wrong);
        isRefused("filesystem layer verification failed for digest " + layer.digest());
        assertThat(pull.partialFiles()).isEmpty();
    }

    @Test
    void moreOrLessBytesThanTheManifestSaysAreRefused() {
        registry.blobs.put(layer.digest().toString(), Arrays.copyOf(PACKED, PACKED.length + 1));
        isRefused("instead of the " + PACKED.length);
        registry.fail("GET", "/blobs/", 1, (_, _, out) -> {
            FakeRegistry.head(out, 200, Map.of());
            out.write(Arrays.copyOf(PACKED, PACKED.length + 1));
        });
        isRefused("is longer than the " + PACKED.length + " bytes");
        registry.blobs.put(layer.digest().toString(), Arrays.copyOf(PACKED, PACKED.length - 1));
        registry.fail("GET", "/blobs/", 9, (_, _, out) -> {
            FakeRegistry.head(out, 200, Map.of("Content-Length", String.valueOf(PACKED.length - 1)));
            out.write(PACKED, 0, PACKED.length - 1);
        });
        isRefused("instead of the " + PACKED.length);
    }

    @Test
    void aLayerOfAnotherContentThanTheConfigSaysIsRefused() {
        assertThatThrownBy(() -> pull.fetch(sources(), layer, Digest.of(new byte[1])))
                .hasMessageContaining("but the image's configuration says");
        assertThat(pull.partialFiles()).isEmpty();
    }

    @Test
    void aLayerThatStorageRefusesIsNotKeptForALaterPull() {
        pull.beforeUnpacking = () -> {
            throw new InvalidArchive("a path that leads out");
        };
        assertThatThrownBy(() -> pull.fetch(sources(), layer, DIFF_ID)).isInstanceOf(InvalidArchive.class);
        assertThat(pull.partialFiles()).isEmpty();
    }

    /** As after a full disk: the next pull goes on with what has been fetched. */
    @Test
    void aLayerThatStorageCannotTakeIsKeptForALaterPull() {
        pull.beforeUnpacking = () -> {
            throw new IllegalStateException("no room");
        };
        assertThatThrownBy(() -> pull.fetch(sources(), layer, DIFF_ID)).hasMessage("no room");
        assertThat(pull.partialFiles()).hasSize(1);
        pull.beforeUnpacking = () -> {};
        arrives();
        assertThat(registry.requests("GET", "/blobs/")).hasSize(1);
    }

    @Test
    void whatDoesNotUnpackIsRefused() {
        byte[] broken = Arrays.copyOf(PACKED, PACKED.length - 20);
        layer = PullFixture.layer(registry.blob(broken), broken.length);
        isRefused("cannot unpack layer " + layer.digest());
        assertThat(pull.partialFiles()).isEmpty();
    }

    @Test
    void aBusyRegistryIsAskedAgainWhenItSays() {
        registry.fail(
                "GET",
                "/blobs/",
                1,
                (_, _, out) -> FakeRegistry.reply(
                        out, 429, Map.of("Retry-After", "0"), FakeRegistry.error("TOOMANYREQUESTS", "slow down")));
        registry.fail("GET", "/blobs/", 1, (_, _, out) -> FakeRegistry.reply(out, 503, Map.of(), new byte[0]));
        arrives();
    }

    @Test
    void aRegistryThatWantsTooLongAWaitIsNotWaitedFor() {
        registry.fail(
                "GET",
                "/blobs/",
                9,
                (_, _, out) -> FakeRegistry.reply(
                        out, 429, Map.of("Retry-After", "3600"), FakeRegistry.error("TOOMANYREQUESTS", "pull limit")));
        isRefused("toomanyrequests: pull limit: it asks to try again in 3600 seconds");
    }

    @Test
    void aResetConnectionIsContinued() {
        registry.fail("GET", "/blobs/", 2, (request, socket, out) -> {
            registry.cutAfter(70_000).answer(request, socket, out);
            out.flush();
            socket.setSoLinger(true, 0);
        });
        arrives();
    }

    @Test
    void aStalledConnectionIsGivenUpAndContinued() {
        registry.fail("GET", "/blobs/", 1, (request, socket, out) -> {
            registry.cutAfter(50_000).answer(request, socket, out);
            out.flush();
            Thread.sleep(20_000);
        });
        arrives();
        assertThat(registry.requests("GET", "/blobs/").getLast().header("Range"))
                .contains("bytes=50000-");
    }

    @Test
    void aTrickleIsGivenUpAndContinued() {
        registry.fail("GET", "/blobs/", 1, (_, _, out) -> {
            FakeRegistry.head(out, 200, Map.of("Content-Length", String.valueOf(PACKED.length)));
            for (int i = 0; i < 1000; i++) {
                out.write(PACKED, i, 1);
                out.flush();
                Thread.sleep(20);
            }
        });
        arrives();
    }

    @Test
    void aRegistryThatNeverAnswersIsGivenUp() {
        registry.fail("GET", "/blobs/", 99, (_, _, _) -> Thread.sleep(20_000));
        isRefused("request timed out");
    }

    @Test
    void severalPullsOfALayerFetchItOnce() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        registry.fail("GET", "/blobs/", 1, (_, _, out) -> {
            begun.countDown();
            go.await();
            FakeRegistry.reply(out, 200, Map.of(), PACKED);
        });
        LayerDownload<PullFixture.Layer> first = pull.downloads.take(sources(), layer, DIFF_ID);
        begun.await();
        LayerDownload<PullFixture.Layer> second = pull.downloads.take(sources(), layer, DIFF_ID);
        go.countDown();
        first.release(); // the other still wants it
        assertThat(second.await(30, TimeUnit.SECONDS)).isPresent();
        second.release();
        assertThat(registry.requests("GET", "/blobs/")).hasSize(1);
    }

    @Test
    void aCancelledPullLeavesWhatItHasForTheNext() throws Exception {
        registry.fail("GET", "/blobs/", 1, (request, socket, out) -> {
            registry.cutAfter(200_000).answer(request, socket, out);
            out.flush();
            Thread.sleep(20_000);
        });
        LayerDownload<PullFixture.Layer> cancelled = pull.downloads.take(sources(), layer, DIFF_ID);
        while (cancelled.progress().current() < 200_000) {
            Thread.sleep(5);
        }
        cancelled.release();
        assertThat(pull.partialFiles()).hasSize(1);
        arrives();
        assertThat(registry.requests("GET", "/blobs/").getLast().header("Range"))
                .contains("bytes=200000-");
    }

    @Test
    void aPullRightAfterACancelledOneWaitsForItsEndAndFetchesTheLayer() throws Exception {
        var unpacking = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        pull.beforeUnpacking = () -> {
            unpacking.countDown();
            awaitWhateverHappens(mayEnd);
        };
        LayerDownload<PullFixture.Layer> cancelled = pull.downloads.take(sources(), layer, DIFF_ID);
        unpacking.await();
        Thread releasing = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt(); // as a pull is whose client has gone
            cancelled.release();
        });
        while (!isAbandoned(cancelled)) {
            Thread.sleep(1);
        }
        pull.beforeUnpacking = () -> {};
        var next = new FutureTask<>(() -> pull.fetch(sources(), layer, DIFF_ID));
        Thread waiting = Thread.ofPlatform().start(next);
        awaitWaiting(waiting);
        mayEnd.countDown();
        assertThat(next.get(30, TimeUnit.SECONDS).layer().diffId()).isEqualTo(DIFF_ID);
        releasing.join();
    }

    private boolean isAbandoned(LayerDownload<PullFixture.Layer> download) {
        synchronized (pull.downloads) {
            return download.isAbandoned();
        }
    }

    private static void awaitWaiting(Thread thread) throws InterruptedException {
        while (thread.isAlive()
                && thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
    }

    private static void awaitWhateverHappens(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException _) {
                // like one that is busy with the disk
            }
        }
    }

    /** All are fetched, in whatever order, though most of them have to wait until they may unpack. */
    @Test
    void onlySoManyLayersAreUnpackedAtATime() throws Exception {
        int atATime = 4;
        var begun = new Semaphore(0);
        var mayEnd = new CountDownLatch(1);
        pull.beforeUnpacking = () -> {
            begun.release();
            awaitWhateverHappens(mayEnd);
        };
        Map<LayerDownload<PullFixture.Layer>, Digest> layers = new LinkedHashMap<>();
        for (int i = 0; i < 12; i++) {
            byte[] content = Arrays.copyOf(CONTENT, 1000 + i);
            byte[] packed = i % 2 == 0 ? PullFixture.gzip(content) : Zstd.compress(content);
            Descriptor blob = PullFixture.layer(registry.blob(packed), packed.length);
            layers.put(pull.downloads.take(sources(), blob, Digest.of(content)), Digest.of(content));
        }
        for (LayerDownload<PullFixture.Layer> download : layers.keySet()) {
            while (download.progress().phase() != LayerDownload.Phase.EXTRACTING) {
                Thread.sleep(1);
            }
        }
        begun.acquire(atATime);
        assertThat(begun.tryAcquire(300, TimeUnit.MILLISECONDS)).isFalse();
        LayerDownload<PullFixture.Layer> cancelled =
                layers.keySet().stream().toList().getLast();
        layers.remove(cancelled);
        var releasing = new FutureTask<>(cancelled::release, true);
        Thread.ofPlatform().start(releasing);
        mayEnd.countDown();
        releasing.get(30, TimeUnit.SECONDS);
        for (var each : layers.entrySet()) {
            assertThat(each.getKey()
                            .await(30, TimeUnit.SECONDS)
                            .orElseThrow()
                            .layer()
                            .diffId())
                    .isEqualTo(each.getValue());
            each.getKey().release();
        }
        arrives(); // nothing has kept what it was let have
        assertThat(pull.downloads.unpacking().availablePermits()).isEqualTo(atATime);
    }

    @Test
    void aLayerThatWaitsForTheRestOfItsImageIsNoRemainOfACutPull() throws Exception {
        LayerDownload<PullFixture.Layer> download = pull.downloads.take(sources(), layer, DIFF_ID);
        StagedBlob file =
                download.await(30, TimeUnit.SECONDS).orElseThrow().file().orElseThrow();
        assertThat(pull.partials.size()).isZero();
        assertThat(pull.partials.removeOlderThan(Duration.ZERO)).isZero();
        pull.blobs.publish(List.of(file));
        download.release();
        assertThat(pull.blobs.contains(layer.digest())).isTrue();
    }

    @Test
    void aLayerThatNobodyPublishedIsARemainOnceItsPullIsOver() {
        arrives();
        assertThat(pull.partials.removeOlderThan(Duration.ZERO)).isEqualTo(PACKED.length);
    }

    @Test
    void remainsThatAreNoPartOfTheBlobAreThrownAway() throws IOException {
        Files.write(root.resolve("blobs/partial/sha256-" + layer.digest().hex()), new byte[1234]);
        arrives();
    }

    @Test
    void aKeptBlobIsNotFetchedAgainUnlessItIsDamaged() throws IOException {
        pull.blobs.put(PACKED);
        assertThat(pull.fetch(sources(), layer, DIFF_ID).file()).isEmpty();
        assertThat(registry.requests("GET", "/blobs/")).isEmpty();
        Files.write(root.resolve("blobs/sha256/" + layer.digest().hex()), new byte[PACKED.length]);
        arrives();
    }

    @Test
    void aRedirectToAnotherHostIsFollowedWithoutCredentials() throws IOException {
        try (var other = new FakeRegistry()) {
            other.blob(PACKED);
            registry.fail(
                    "GET",
                    "/v2/",
                    1,
                    (_, _, out) ->
                            FakeRegistry.reply(out, 401, Map.of("WWW-Authenticate", "Basic realm=\"x\""), new byte[0]));
            registry.fail(
                    "GET",
                    "/blobs/",
                    1,
                    (request, _, out) -> FakeRegistry.reply(
                            out, 307, Map.of("Location", "http://" + other.host() + request.path()), new byte[0]));
            var sources = pull.client.sources(
                    ImageRef.parse(registry.host() + "/x"), new RegistryCredentials("me", "secret", "", ""));
            pull.fetch(sources, layer, DIFF_ID);
            assertThat(registry.requests("GET", "/blobs/").getFirst().header("Authorization"))
                    .isPresent();
            assertThat(other.requests("GET", "/blobs/").getFirst().header("Authorization"))
                    .isEmpty();
        }
    }

    @Test
    void redirectsThatNeverEndAreNotFollowed() {
        registry.fail(
                "GET",
                "/blobs/",
                99,
                (request, _, out) -> FakeRegistry.reply(out, 307, Map.of("Location", request.path()), new byte[0]));
        isRefused("redirects more than 5 times");
    }

    @Test
    void aMirrorThatFailsOrLiesIsPassedBy() throws IOException {
        try (var mirror = new FakeRegistry();
                var with = new PullFixture(
                        root.resolve("with"),
                        List.of(new RegistrySettings.Mirror(registry.host(), URI.create("http://" + mirror.host()))))) {
            registry.manifest("1", "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}", MediaTypes.DOCKER_MANIFEST);
            RepositorySources sources = with.sources(registry.host() + "/x");
            assertThat(sources.ask(r -> r.manifest("1")).bytes()).isNotEmpty();
            mirror.manifests.putAll(registry.manifests);
            byte[] wrong = PACKED.clone();
            wrong[100] ^= 1;
            mirror.blobs.put(layer.digest().toString(), wrong);
            RepositorySources lied = with.sources(registry.host() + "/x");
            lied.ask(r -> r.manifest("1"));
            assertThat(with.fetch(lied, layer, DIFF_ID).layer().diffId()).isEqualTo(DIFF_ID);
            assertThat(mirror.requests("GET", "/blobs/")).hasSize(1);
            assertThat(registry.requests("GET", "/blobs/")).hasSize(1);
        }
    }

    @Test
    void aMirrorThatLiesAboutSeveralLayersAtOnceIsPassedByForAllOfThem() throws Exception {
        try (var mirror = new FakeRegistry();
                var with = new PullFixture(
                        root.resolve("with"),
                        List.of(new RegistrySettings.Mirror(registry.host(), URI.create("http://" + mirror.host()))))) {
            mirror.manifest("1", "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}", MediaTypes.DOCKER_MANIFEST);
            RepositorySources sources = with.sources(registry.host() + "/x");
            sources.ask(r -> r.manifest("1"));
            var all = new CountDownLatch(3); // all are under way before the first lie comes out
            mirror.fail("GET", "/blobs/", 3, (request, _, out) -> {
                String digest = request.path().substring(request.path().lastIndexOf('/') + 1);
                byte[] wrong = registry.blobs.get(digest).clone();
                wrong[100] ^= 1;
                all.countDown();
                all.await();
                FakeRegistry.reply(out, 200, Map.of(), wrong);
            });
            Map<LayerDownload<PullFixture.Layer>, Digest> layers = new LinkedHashMap<>();
            for (int i = 0; i < 3; i++) {
                byte[] content = Arrays.copyOf(CONTENT, 100_000 + i);
                byte[] packed = PullFixture.gzip(content);
                Descriptor blob = PullFixture.layer(registry.blob(packed), packed.length);
                layers.put(with.downloads.take(sources, blob, Digest.of(content)), Digest.of(content));
            }
            for (var each : layers.entrySet()) {
                assertThat(each.getKey()
                                .await(30, TimeUnit.SECONDS)
                                .orElseThrow()
                                .layer()
                                .diffId())
                        .isEqualTo(each.getValue());
                each.getKey().release();
            }
        }
    }
}
