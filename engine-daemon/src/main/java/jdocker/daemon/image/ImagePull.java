package jdocker.daemon.image;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import jdocker.daemon.http.ResponseStream;
import jdocker.daemon.state.Transaction;
import jdocker.image.ImageRef;
import jdocker.image.LayerDownload;
import jdocker.image.LayerDownload.Arrived;
import jdocker.image.LayerDownloads;
import jdocker.image.StagedBlob;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;
import jdocker.storage.StagedLayer;

/** One image's way into the store, once its plan is made. */
final class ImagePull {
    private static final long TICK_MILLIS = 100;

    private final ImageContent content;
    private final LayerDownloads<ImageLayer> downloads;
    private final KeepBlobs keep;
    private final PullPlan plan;
    private final PullProgress progress;
    private final ResponseStream out;

    ImagePull(
            ImageContent content,
            LayerDownloads<ImageLayer> downloads,
            KeepBlobs keep,
            PullPlan plan,
            ResponseStream out) {
        this.content = content;
        this.downloads = downloads;
        this.keep = keep;
        this.plan = plan;
        this.out = out;
        this.progress = new PullProgress(out);
    }

    /** True when the name leads to another image than before. */
    boolean run() throws IOException, InterruptedException {
        progress.status(
                "Pulling from " + plan.name().path(),
                plan.name()
                        .digest()
                        .map(Digest::toString)
                        .orElseGet(() -> plan.name().tag().orElseThrow()));
        List<ChainId> chains = plan.chains();
        var blobs = new HashSet<Digest>();
        plan.layers().forEach(layer -> blobs.add(layer.digest()));
        var wanted = new ArrayList<LayerDownload<ImageLayer>>();
        try (ContentLease _ = content.lease(blobs, new HashSet<>(chains))) {
            int present = present(chains);
            for (Descriptor layer : plan.layers().subList(0, present)) {
                progress.exists(layer);
            }
            for (int i = present; i < plan.layers().size(); i++) {
                wanted.add(downloads.take(
                        plan.sources(), plan.layers().get(i), plan.diffIds().get(i)));
                progress.begin(wanted.getLast());
            }
            List<Arrived<ImageLayer>> arrived = await(wanted);
            boolean news = keep(present == 0 ? Optional.empty() : Optional.of(chains.get(present - 1)), arrived);
            progress.status("Digest: " + plan.digest());
            return news;
        } finally {
            wanted.forEach(LayerDownload::release);
        }
    }

    /** How many of the lowest layers are there. */
    private int present(List<ChainId> chains) {
        for (int i = chains.size(); i > 0; i--) {
            if (content.layers().layer(chains.get(i - 1)).isPresent()) {
                return i;
            }
        }
        return 0;
    }

    private List<Arrived<ImageLayer>> await(List<LayerDownload<ImageLayer>> wanted)
            throws IOException, InterruptedException {
        var arrived = new ArrayList<Arrived<ImageLayer>>();
        for (LayerDownload<ImageLayer> download : wanted) {
            Optional<Arrived<ImageLayer>> layer = Optional.empty();
            while (layer.isEmpty()) {
                progress.update(wanted);
                if (out.disconnected()) {
                    throw new CancellationException("the client has gone");
                }
                failFast(wanted);
                layer = download.await(TICK_MILLIS, TimeUnit.MILLISECONDS);
            }
            arrived.add(layer.get());
        }
        progress.update(wanted);
        return arrived;
    }

    /** One failed layer is enough. */
    private static void failFast(List<LayerDownload<ImageLayer>> wanted) throws InterruptedException {
        for (LayerDownload<ImageLayer> download : wanted) {
            if (download.isDone()) {
                download.await(0, TimeUnit.MILLISECONDS);
            }
        }
    }

    private boolean keep(Optional<ChainId> base, List<Arrived<ImageLayer>> arrived) {
        List<StagedLayer> staged =
                arrived.stream().map(layer -> layer.layer().staged()).toList();
        var files = new ArrayList<Optional<StagedBlob>>();
        int present = plan.layers().size() - arrived.size();
        for (int i = 0; i < plan.layers().size(); i++) {
            files.add(i < present ? Optional.empty() : arrived.get(i - present).file());
        }
        var blobs = new ArrayList<ImageContent.NewBlob>();
        for (int i = 0; i < files.size(); i++) {
            Descriptor layer = plan.layers().get(i);
            var form = new LayerBlobs.Packed(
                    layer.digest().toString(), layer.size(), layer.mediaType(), List.of(plan.repository()));
            if (!keep.packedLayers()) {
                files.get(i).ifPresent(StagedBlob::close);
            }
            blobs.add(new ImageContent.NewBlob(
                    plan.diffIds().get(i), form, files.get(i).filter(_ -> keep.packedLayers())));
        }
        var manifest = new ImageContent.NewManifest(
                plan.manifest().bytes(), plan.manifest().mediaType());
        return content.add(
                new ImageContent.New(plan.configBytes(), base, staged, Optional.of(manifest), blobs), this::name);
    }

    private boolean name(Transaction tx, Image image) {
        ImageRef byDigest =
                new ImageRef(plan.name().domain(), plan.name().path(), Optional.empty(), Optional.of(plan.digest()));
        boolean news = put(tx, byDigest, image);
        if (plan.name().digest().isEmpty()) {
            news = put(tx, plan.name(), image);
        }
        return news;
    }

    private static boolean put(Transaction tx, ImageRef name, Image image) {
        boolean same = ImageLibrary.byName(tx, name)
                .filter(tag -> tag.imageId().equals(image.id()))
                .isPresent();
        if (!same) {
            tx.put(ImageTag.ALL, ImageLibrary.key(name), new ImageTag(image.id(), Instant.now()));
        }
        return !same;
    }
}
