package jdocker.daemon.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import jdocker.image.BlobStore;
import jdocker.oci.Digest;
import jdocker.storage.LayerTar;

/** Content that goes into an archive, by its digest; its size is known before it is written. */
sealed interface SavedBlob {
    Digest digest();

    long size();

    void writeTo(OutputStream out) throws IOException;

    /** A document in memory. */
    record Document(Digest digest, byte[] content) implements SavedBlob {
        static Document of(byte[] content) {
            return new Document(Digest.of(content), content);
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(content);
        }
    }

    /** One of the store's. */
    record Stored(BlobStore blobs, Digest digest, long size) implements SavedBlob {
        @Override
        public void writeTo(OutputStream out) throws IOException {
            try (InputStream in =
                    blobs.open(digest).orElseThrow(() -> new IllegalStateException("blob " + digest + " is gone"))) {
                in.transferTo(out);
            }
        }
    }

    /** A layer, put together from its files. */
    record Unpacked(LayerTar tar) implements SavedBlob {
        @Override
        public Digest digest() {
            return tar.diffId();
        }

        @Override
        public long size() {
            return tar.size();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            tar.writeTo(out);
        }
    }
}
