package jdocker.daemon.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.http.ResponseStream;
import jdocker.image.ImageRef;
import jdocker.image.MediaTypes;
import jdocker.image.RegistryUpload;
import jdocker.image.Repository;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.oci.ImageConfig;
import jdocker.oci.ImageManifest;
import jdocker.oci.Json;
import jdocker.storage.ChainId;

/**
 * One image's way to a registry: layers first, then the config, then the manifest that names them. The manifest by which it
 * came goes out again as it is, so that the digest stays, as long as what it names can be brought.
 */
final class ImagePush {
    private static final long TICK_MILLIS = 100;

    private final ImageEngine images;
    private final ImageContent content;
    private final ImageRegistries.Policy policy;
    private final ImageRef name;
    private final Repository target;
    private final ResponseStream out;
    private final Map<Digest, LayerPush.State> told = new HashMap<>();

    ImagePush(ImageEngine images, ImageRegistries.Policy policy, ImageRef name, Repository target, ResponseStream out) {
        this.images = images;
        this.content = images.content();
        this.policy = policy;
        this.name = name;
        this.target = target;
        this.out = out;
    }

    /** A manifest as it goes out. */
    private record Document(byte[] bytes, String mediaType) {}

    void run() throws IOException, InterruptedException {
        Image image = ImageLibrary.byName(images.library().snapshot(), name)
                .flatMap(tag -> images.library().snapshot().get(Image.ALL, tag.imageId()))
                .orElseThrow(
                        () -> new NotFound("An image does not exist locally with the tag: " + name.familiarName()));
        ImageConfig config = images.config(image);
        List<Digest> diffIds =
                config.rootfs() == null ? List.of() : config.rootfs().diffIds();
        try (ContentLease _ = content.lease(content.blobsOf(image, diffIds), tops(image))) {
            Document document = layersAndManifest(image, diffIds);
            byte[] configBytes = image.config().getBytes(StandardCharsets.UTF_8);
            bringConfig(configBytes);
            target.putManifest(name.tag().orElseThrow(), document.bytes, document.mediaType);
            keep(image, document);
            tell(document);
        }
    }

    private static java.util.Set<ChainId> tops(Image image) {
        var tops = new HashSet<ChainId>();
        Optional.ofNullable(image.topLayer())
                .flatMap(Digest::tryParse)
                .ifPresent(digest -> tops.add(new ChainId(digest)));
        return tops;
    }

    private Document layersAndManifest(Image image, List<Digest> diffIds) throws IOException, InterruptedException {
        Optional<Document> kept = keptManifest(image);
        if (kept.isPresent()) {
            List<Descriptor> wanted =
                    Json.read(kept.get().bytes, ImageManifest.class).layers();
            try {
                if (wanted.size() == diffIds.size()) {
                    bring(diffIds, wanted.stream().map(Optional::of).toList());
                    return kept.get();
                }
            } catch (LayerPush.NotKept e) {
                // Some of it had to make room: then in another form, under another digest.
                told.clear();
            }
        }
        List<Descriptor> layers = bring(
                diffIds, diffIds.stream().map(_ -> Optional.<Descriptor>empty()).toList());
        PushedManifest made = PushedManifest.of(image.config().getBytes(StandardCharsets.UTF_8), layers);
        return new Document(made.bytes(), made.mediaType());
    }

    private Optional<Document> keptManifest(Image image) {
        return Optional.ofNullable(image.manifest())
                .flatMap(digest -> images.library()
                        .snapshot()
                        .get(StoredManifest.ALL, digest)
                        .flatMap(row -> content.manifest(image).map(bytes -> new Document(bytes, row.mediaType()))));
    }

    private List<Descriptor> bring(List<Digest> diffIds, List<Optional<Descriptor>> exact)
            throws IOException, InterruptedException {
        ExecutorService packers = threads("pack-", Runtime.getRuntime().availableProcessors());
        try {
            return bring(diffIds, exact, packers);
        } finally {
            packers.shutdownNow();
        }
    }

    private List<Descriptor> bring(List<Digest> diffIds, List<Optional<Descriptor>> exact, ExecutorService packers)
            throws IOException, InterruptedException {
        Map<Digest, LayerPush> layers = new LinkedHashMap<>();
        Optional<ChainId> chain = Optional.empty();
        for (int i = 0; i < diffIds.size(); i++) {
            Digest diffId = diffIds.get(i);
            chain = Optional.of(ChainId.of(chain, diffId));
            Optional<Descriptor> form = exact.get(i);
            boolean skipped = form.filter(this::isNotForOthers).isPresent();
            if (!layers.containsKey(diffId) && !skipped) {
                layers.put(
                        diffId,
                        new LayerPush(content, policy.keep(), target, name, diffId, chain.get(), form, packers));
                out.appendJsonLine(ProgressMessages.of("Preparing", diffId.shortHex()));
            } else if (skipped) {
                out.appendJsonLine(ProgressMessages.of("Skipped foreign layer", diffId.shortHex()));
            }
        }
        Map<Digest, Descriptor> brought = await(layers);
        var result = new ArrayList<Descriptor>();
        for (int i = 0; i < diffIds.size(); i++) {
            Digest diffId = diffIds.get(i);
            result.add(exact.get(i).orElseGet(() -> brought.get(diffId)));
        }
        return result;
    }

    private static ExecutorService threads(String name, int count) {
        return Executors.newFixedThreadPool(
                count, Thread.ofPlatform().name(name, 0).daemon().factory());
    }

    private boolean isNotForOthers(Descriptor layer) {
        return MediaTypes.isForeign(layer.mediaType()) && !policy.pushForeign().contains(name.domain());
    }

    private Map<Digest, Descriptor> await(Map<Digest, LayerPush> layers) throws IOException, InterruptedException {
        int threads = Math.max(1, policy.concurrentUploads() == 0 ? layers.size() : policy.concurrentUploads());
        var brought = new HashMap<Digest, Descriptor>();
        ExecutorService uploads = threads("push-", threads);
        try {
            var results = new LinkedHashMap<Digest, Future<Descriptor>>();
            layers.forEach((diffId, layer) -> results.put(diffId, uploads.submit(layer::run)));
            for (Map.Entry<Digest, Future<Descriptor>> result : results.entrySet()) {
                brought.put(result.getKey(), await(result.getValue(), layers, results));
            }
            update(layers);
            return brought;
        } finally {
            uploads.shutdownNow();
            uploads.awaitTermination(30, TimeUnit.SECONDS);
        }
    }

    private Descriptor await(
            Future<Descriptor> result, Map<Digest, LayerPush> layers, Map<Digest, Future<Descriptor>> all)
            throws IOException, InterruptedException {
        while (true) {
            update(layers);
            if (out.disconnected()) {
                throw new CancellationException("the client has gone");
            }
            try {
                for (Future<Descriptor> other : all.values()) {
                    if (other.isDone()) {
                        other.get(); // one failed layer is enough
                    }
                }
                return result.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                // not yet: tell how far it is
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : new CompletionException(e.getCause());
            }
        }
    }

    private void update(Map<Digest, LayerPush> layers) throws IOException {
        for (LayerPush layer : layers.values()) {
            LayerPush.State now = layer.state();
            LayerPush.State before = told.put(layer.diffId(), now);
            if (!now.equals(before) && (before != null || !now.status().equals("Preparing"))) {
                String id = layer.diffId().shortHex();
                out.appendJsonLine(
                        now.total() > 0
                                ? ProgressMessages.layer(now.status(), id, now.current(), now.total())
                                : ProgressMessages.of(now.status(), id));
            }
        }
        out.flush();
    }

    private void bringConfig(byte[] config) {
        Digest digest = Digest.of(config);
        if (target.blobSize(digest).isEmpty()) {
            RegistryUpload.Source source = () -> new java.io.ByteArrayInputStream(config);
            target.upload(Optional.empty(), digest).run(source, config.length, _ -> {});
        }
    }

    /** What was pushed is from now on what the image is known by, there. */
    private void keep(Image image, Document document) {
        Digest digest = Digest.of(document.bytes);
        content.keep(
                image, Optional.of(new ImageContent.NewManifest(document.bytes, document.mediaType)), List.of(), tx -> {
                    ImageRef byDigest = ImageRegistries.byDigest(name, digest);
                    if (tx.get(Image.ALL, image.id()).isPresent()
                            && ImageLibrary.byName(tx, byDigest).isEmpty()) {
                        tx.put(ImageTag.ALL, ImageLibrary.key(byDigest), new ImageTag(image.id(), Instant.now()));
                    }
                    return true;
                });
    }

    private void tell(Document document) throws IOException {
        Digest digest = Digest.of(document.bytes);
        String tag = name.tag().orElseThrow();
        out.writeJsonLine(ProgressMessages.status(tag + ": digest: " + digest + " size: " + document.bytes.length));
        var aux = new LinkedHashMap<String, Object>();
        aux.put("Tag", tag);
        aux.put("Digest", digest.toString());
        aux.put("Size", document.bytes.length);
        out.writeJsonLine(ProgressMessages.aux(aux));
    }
}
