package jdocker.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;

/** A client with a store in a temporary directory; its layers are hashed and go nowhere. */
final class PullFixture implements AutoCloseable {
    final BlobStore blobs;
    final PartialBlobs partials;
    final RegistryClient client;
    final LayerDownloads<Layer> downloads;
    final AtomicInteger open = new AtomicInteger();
    /** Runs before anything is unpacked. */
    volatile Runnable beforeUnpacking = () -> {};

    private final Path root;

    /** A layer as far as downloads care. */
    final class Layer implements ArchivedLayer {
        private final Digest diffId;
        private boolean closed;

        Layer(Digest diffId) {
            this.diffId = diffId;
            open.incrementAndGet();
        }

        @Override
        public Digest diffId() {
            return diffId;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }

    PullFixture(Path root, List<RegistrySettings.Mirror> mirrors) {
        this.root = root;
        RegistrySettings standard = RegistrySettings.DEFAULT;
        blobs = BlobStore.open(root);
        partials = PartialBlobs.open(root);
        client = new RegistryClient(new RegistrySettings(
                mirrors,
                List.of(),
                List.of(),
                RegistryProxies.NONE,
                standard.attempts(),
                Duration.ofMillis(400),
                "test"));
        downloads = new LayerDownloads<>(blobs, partials, this::unpack, 3);
    }

    private Layer unpack(InputStream tar) {
        beforeUnpacking.run();
        var hash = Digest.Algorithm.SHA256.hash();
        byte[] buffer = new byte[8192];
        try {
            for (int count = tar.read(buffer); count >= 0; count = tar.read(buffer)) {
                hash.update(buffer, 0, count);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Layer(Digest.ofSha256(hash.digest()));
    }

    RepositorySources sources(String name) {
        return client.sources(ImageRef.parse(name), RegistryCredentials.NONE);
    }

    /** Fetches one layer to its end. */
    LayerDownload.Arrived<Layer> fetch(RepositorySources sources, Descriptor layer, Digest diffId) {
        try {
            LayerDownload<Layer> download = downloads.take(sources, layer, diffId);
            try {
                return download.await(60, TimeUnit.SECONDS).orElseThrow();
            } finally {
                download.release();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Path> partialFiles() {
        try (var files = Files.list(root.resolve("blobs/partial"))) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    static Descriptor layer(Digest digest, long size) {
        return Descriptor.of(MediaTypes.DOCKER_LAYER, digest, size);
    }

    Optional<RuntimeException> failure(Runnable work) {
        try {
            work.run();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(e);
        }
    }

    @Override
    public void close() {
        downloads.close();
        client.close();
    }
}
