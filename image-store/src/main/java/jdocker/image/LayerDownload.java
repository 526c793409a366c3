package jdocker.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdocker.image.RegistryException.Kind;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A layer on its way into storage: fetched, verified, inflated and written at once. Several pulls may wait for the same
 * one; it is cancelled when the last of them has let go.
 */
public final class LayerDownload<L extends ArchivedLayer> {
    private static final Logger LOG = LoggerFactory.getLogger(LayerDownload.class);

    private final LayerDownloads<L> downloads;
    private final RepositorySources sources;
    private final Descriptor blob;
    private final Digest diffId;
    private final CompletableFuture<Arrived<L>> result = new CompletableFuture<>();
    private volatile Optional<BlobDownload> transfer = Optional.empty();
    private volatile long unpacked;
    private volatile Phase phase = Phase.WAITING;
    private boolean holdsFile;
    private int users;

    /** How far it is. */
    public enum Phase {
        WAITING,
        DOWNLOADING,
        VERIFYING,
        EXTRACTING,
        COMPLETE
    }

    /** @param current bytes of the packed layer: of the download, then of the extraction */
    public record Progress(Phase phase, long current, long total) {}

    /** @param file the packed layer; empty where it was among the blobs already */
    public record Arrived<L>(L layer, Optional<StagedBlob> file) {}

    LayerDownload(LayerDownloads<L> downloads, RepositorySources sources, Descriptor blob, Digest diffId) {
        this.downloads = downloads;
        this.sources = sources;
        this.blob = blob;
        this.diffId = diffId;
    }

    public Descriptor blob() {
        return blob;
    }

    public Digest diffId() {
        return diffId;
    }

    public Progress progress() {
        Phase at = phase;
        long current = switch (at) {
            case WAITING -> 0;
            case DOWNLOADING, VERIFYING -> transfer.map(BlobDownload::written).orElse(0L);
            case EXTRACTING, COMPLETE -> unpacked;
        };
        if (at == Phase.DOWNLOADING && transfer.filter(BlobDownload::isVerified).isPresent()) {
            at = Phase.EXTRACTING;
            current = unpacked;
        }
        return new Progress(at, current, blob.size());
    }

    /** The layer, if it is there within this time. */
    public Optional<Arrived<L>> await(long time, TimeUnit unit) throws InterruptedException {
        try {
            return Optional.of(result.get(time, unit));
        } catch (TimeoutException _) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new CompletionException(e.getCause());
        }
    }

    /** Whether it has ended, well or not. */
    public boolean isDone() {
        return result.isDone();
    }

    /** A user lets go; closing what nobody took. */
    public void release() {
        downloads.release(this);
    }

    Key key() {
        return new Key(blob.digest(), diffId);
    }

    record Key(Digest blob, Digest diffId) {}

    void join() {
        users++;
    }

    /** True when nobody is left. */
    boolean leave() {
        return --users == 0;
    }

    /** Whether the last user has let go, so that it only has to end. */
    boolean isAbandoned() {
        return users == 0;
    }

    /** After its thread. */
    void end() {
        if (holdsFile) {
            downloads.partials().release(blob.digest());
        }
        if (!result.completeExceptionally(new CancellationException("the pull of " + blob.digest() + " was cancelled"))
                && !result.isCompletedExceptionally()) {
            result.join().layer.close();
        }
    }

    /** Brings the layer; in a thread of its own, which is interrupted to cancel it. */
    void run() {
        try {
            Arrived<L> arrived = fetch();
            phase = Phase.COMPLETE;
            if (!result.complete(arrived)) {
                arrived.layer.close();
            }
        } catch (InterruptedException _) {
            result.completeExceptionally(new CancellationException("cancelled"));
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    private Arrived<L> fetch() throws InterruptedException {
        Optional<Arrived<L>> kept = fromBlobs();
        if (kept.isPresent()) {
            return kept.get();
        }
        for (int attempt = 0; ; attempt++) {
            try {
                return fromRegistry();
            } catch (BlobDownload.Stale e) {
                if (attempt == 2) {
                    throw new RegistryException(Kind.WRONG_CONTENT, String.valueOf(e.getMessage()), e);
                }
            } catch (RegistryException e) {
                int place = transfer.map(BlobDownload::place).orElse(Integer.MAX_VALUE);
                boolean same = transfer.filter(BlobDownload::isVerified).isPresent(); // elsewhere it is no other
                if (e.kind() != Kind.WRONG_CONTENT || same || !sources.passBy(place)) {
                    throw e;
                }
                LOG.warn("a mirror of {} sends wrong content: {}", sources.name(), e.getMessage());
            }
        }
    }

    /** Unpacks what was kept of an earlier pull; if that is damaged, or does not unpack, it is fetched again. */
    private Optional<Arrived<L>> fromBlobs() throws InterruptedException {
        if (downloads.blobs().size(blob.digest()).orElse(-1) != blob.size()
                || !downloads.blobs().verify(blob.digest())) {
            return Optional.empty();
        }
        Optional<InputStream> content = downloads.blobs().open(blob.digest());
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = content.get()) {
            phase = Phase.EXTRACTING;
            return Optional.of(new Arrived<>(unpack(in), Optional.empty()));
        } catch (IOException e) {
            throw new RegistryException(
                    Kind.WRONG_CONTENT, "cannot unpack " + blob.digest() + ": " + e.getMessage(), e);
        }
    }

    private Arrived<L> fromRegistry() throws InterruptedException {
        var download = new BlobDownload(sources, blob, downloads.partials().take(blob.digest()));
        transfer = Optional.of(download);
        CompletableFuture<L> unpacking = new CompletableFuture<>();
        Thread unpacker = downloads.start(() -> unpack(download, unpacking));
        boolean whole = false;
        boolean wrong = false;
        try {
            StagedBlob file = download(download);
            L layer = await(unpacking);
            whole = true;
            holdsFile = true; // until its users have published it, or do not want it
            return new Arrived<>(layer, Optional.of(file));
        } catch (RuntimeException e) {
            wrong = isWrongContent(e);
            throw e;
        } finally {
            if (!whole) {
                download.abandon(new CancellationException("the pull of " + blob.digest() + " has ended"));
                unpacker.interrupt();
                unpacking.whenComplete((layer, _) -> Optional.ofNullable(layer).ifPresent(ArchivedLayer::close));
                awaitEnd(unpacker);
                if (wrong) {
                    downloads.partials().discard(blob.digest()); // it gets no better by going on from there
                }
                downloads.partials().release(blob.digest());
            }
        }
    }

    private static boolean isWrongContent(RuntimeException e) {
        return e instanceof InvalidArchive || e instanceof RegistryException r && r.kind() == Kind.WRONG_CONTENT;
    }

    private StagedBlob download(BlobDownload download) throws InterruptedException {
        Semaphore fetching = downloads.fetching(); // it may be another one by the end
        fetching.acquire();
        try {
            phase = Phase.DOWNLOADING;
            StagedBlob file = download.run();
            phase = Phase.EXTRACTING;
            return file;
        } catch (RuntimeException e) {
            download.abandon(e);
            throw e;
        } finally {
            fetching.release();
        }
    }

    private static <L> L await(CompletableFuture<L> unpacking) throws InterruptedException {
        try {
            return unpacking.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new CompletionException(e.getCause());
        }
    }

    private static void awaitEnd(Thread unpacker) throws InterruptedException {
        boolean interrupted = Thread.interrupted();
        unpacker.join(TimeUnit.SECONDS.toMillis(30));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void unpack(BlobDownload download, CompletableFuture<L> unpacking) {
        try {
            download.awaitContent(); // who has nothing to unpack yet keeps nobody from unpacking
            try (InputStream in = download.reader()) {
                unpacking.complete(unpack(in));
            }
        } catch (InterruptedException _) {
            unpacking.completeExceptionally(new CancellationException("cancelled"));
        } catch (IOException | UncheckedIOException e) {
            unpacking.completeExceptionally(notUnpackable(e));
        } catch (RuntimeException | Error e) {
            unpacking.completeExceptionally(e);
        }
    }

    private RegistryException notUnpackable(Exception e) {
        return new RegistryException(
                Kind.WRONG_CONTENT, "cannot unpack layer " + blob.digest() + ": " + e.getMessage(), e);
    }

    private L unpack(InputStream packed) throws IOException, InterruptedException {
        var counted = new Counted(packed);
        L layer;
        // Only so many at a time, as each takes memory, perhaps much. Whoever may unpack waits for nothing but the
        // layer's
        // own bytes, which come whether others unpack or not.
        Semaphore unpacking = downloads.unpacking(); // it may be another one by the end
        unpacking.acquire();
        try (InputStream plain = downloads.ahead(Compression.unpack(counted))) {
            layer = downloads.sink().unpack(plain);
        } finally {
            unpacking.release();
        }
        boolean good = false;
        try {
            counted.transferTo(java.io.OutputStream.nullOutputStream()); // the end tells that it is verified
            if (!layer.diffId().equals(diffId)) {
                throw new RegistryException(
                        Kind.WRONG_CONTENT,
                        "layer " + blob.digest() + " unpacks to " + layer.diffId()
                                + ", but the image's configuration says " + diffId);
            }
            good = true;
            return layer;
        } finally {
            if (!good) {
                layer.close();
            }
        }
    }

    /** Tells how much of the packed layer has been taken. What reads it may be closed before it: the rest is still to come. */
    private final class Counted extends java.io.FilterInputStream {
        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            unpacked += Math.max(count, 0);
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() {
            // who has opened the packed layer closes it
        }
    }
}
