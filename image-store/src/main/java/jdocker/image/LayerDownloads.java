package jdocker.image;

import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;

/** All layers that are on their way: each once, however many pulls want it, and only so many fetched and unpacked at a time. */
public final class LayerDownloads<L extends ArchivedLayer> implements AutoCloseable {
    /**
     * However many are fetched at a time. An unpacking layer takes some MB, and as much as 128 MiB beside the heap where its
     * packer has used all of zstd's window.
     */
    private static final int MOST_UNPACKING = 8;

    private final BlobStore blobs;
    private final PartialBlobs partials;
    private final LayerSink<L> sink;
    private volatile Semaphore fetching;
    private volatile Semaphore unpacking;
    private final ExecutorService readers = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("inflate-", 0).daemon().factory());
    private final Map<LayerDownload.Key, Running<L>> running = new HashMap<>();

    private record Running<L extends ArchivedLayer>(LayerDownload<L> download, Thread thread) {}

    /** @param concurrent how many are fetched at the same time; 0 for any number */
    public LayerDownloads(BlobStore blobs, PartialBlobs partials, LayerSink<L> sink, int concurrent) {
        this.blobs = blobs;
        this.partials = partials;
        this.sink = sink;
        this.fetching = permits(concurrent);
        this.unpacking = unpackers(concurrent);
    }

    private static Semaphore permits(int concurrent) {
        return new Semaphore(concurrent <= 0 ? Integer.MAX_VALUE : concurrent, true);
    }

    /** One more than are fetched, so that a layer that arrives slowly keeps none waiting that is there. */
    private static Semaphore unpackers(int concurrent) {
        return new Semaphore(concurrent <= 0 || concurrent >= MOST_UNPACKING ? MOST_UNPACKING : concurrent + 1, true);
    }

    /** Lets so many be fetched at the same time from now on, beside those that are; 0 for any number. */
    public void limit(int concurrent) {
        fetching = permits(concurrent);
        unpacking = unpackers(concurrent);
    }

    /**
     * Begins a layer, or joins who fetches it already; to be released once the layer was used or is not wanted. Waits for
     * the end of one that was cancelled, whose file the next one takes over.
     */
    public synchronized LayerDownload<L> take(RepositorySources sources, Descriptor blob, Digest diffId)
            throws InterruptedException {
        var wanted = new LayerDownload<>(this, sources, blob, diffId);
        Running<L> known = running.get(wanted.key());
        while (known != null && known.download.isAbandoned()) {
            wait();
            known = running.get(wanted.key());
        }
        if (known != null) {
            known.download.join();
            return known.download;
        }
        wanted.join();
        Thread thread = Thread.ofPlatform()
                .name("pull-" + blob.digest().shortHex())
                .daemon()
                .unstarted(wanted::run);
        running.put(wanted.key(), new Running<>(wanted, thread));
        thread.start();
        return wanted;
    }

    void release(LayerDownload<L> download) {
        Thread thread;
        synchronized (this) {
            Running<L> known = running.get(download.key());
            if (known == null || known.download != download || !download.leave()) {
                return;
            }
            thread = known.thread;
        }
        thread.interrupt();
        awaitEnd(thread);
        download.end();
        synchronized (this) {
            running.remove(download.key());
            notifyAll();
        }
    }

    // Whatever happens: as long as it lives, nobody else may have its file. Who cancels a pull is interrupted as a
    // rule.
    private static void awaitEnd(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    BlobStore blobs() {
        return blobs;
    }

    PartialBlobs partials() {
        return partials;
    }

    LayerSink<L> sink() {
        return sink;
    }

    Semaphore fetching() {
        return fetching;
    }

    Semaphore unpacking() {
        return unpacking;
    }

    InputStream ahead(InputStream in) {
        return new ReadAhead(in, readers);
    }

    Thread start(Runnable work) {
        return Thread.ofPlatform().name("unpack-").daemon().start(work);
    }

    @Override
    public void close() {
        synchronized (this) {
            running.values().forEach(each -> each.thread.interrupt());
        }
        readers.shutdownNow();
    }
}
