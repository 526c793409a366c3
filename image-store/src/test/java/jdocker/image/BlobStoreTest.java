package jdocker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jdocker.oci.Digest;
import jdocker.oci.Digest.Algorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path root;

    @Test
    void keepsContentUnderItsDigest() {
        BlobStore blobs = BlobStore.open(root);
        Digest digest = blobs.put(CONTENT);

        assertThat(digest).isEqualTo(Digest.of(CONTENT));
        assertThat(blobs.put(CONTENT)).isEqualTo(digest);
        assertThat(BlobStore.open(root).read(digest)).hasValue(CONTENT);
        assertThat(root.resolve("blobs/sha256").resolve(digest.hex())).exists();
        assertThat(root.resolve("tmp")).isEmptyDirectory();
        blobs.remove(digest);
        assertThat(blobs.read(digest)).isEmpty();
        assertThat(blobs.open(digest)).isEmpty();
    }

    @Test
    void refusesContentOfAnotherDigestAndForgetsIt() throws IOException {
        BlobStore blobs = BlobStore.open(root);
        try (BlobStore.Writing writing = blobs.write(Algorithm.SHA256)) {
            writing.out().write(CONTENT);
            assertThatThrownBy(() -> writing.keep(Optional.of(Digest.of(new byte[0]))))
                    .isInstanceOf(InvalidArchive.class)
                    .hasMessageContaining("expected digest");
        }
        try (BlobStore.Writing writing = blobs.write(Algorithm.SHA512)) {
            writing.out().write(CONTENT);
            assertThat(writing.keep(Optional.empty()).algorithm()).isEqualTo(Algorithm.SHA512);
        }
        assertThat(root.resolve("tmp")).isEmptyDirectory();
        assertThat(root.resolve("blobs/sha256")).isEmptyDirectory();
    }

    @Test
    void noticesDamageOnDisk() throws IOException {
        BlobStore blobs = BlobStore.open(root);
        Digest digest = blobs.put(CONTENT);
        Files.writeString(root.resolve("blobs/sha256").resolve(digest.hex()), "other");
        assertThatThrownBy(() -> blobs.read(digest)).hasMessageContaining("damaged on disk");
    }

    @Test
    void goodContentTakesThePlaceOfDamagedAndLeavesReadersAlone() throws IOException {
        BlobStore blobs = BlobStore.open(root);
        Digest digest = blobs.put(CONTENT);
        byte[] damaged = CONTENT.clone();
        damaged[0] ^= 1;
        Files.write(root.resolve("blobs/sha256").resolve(digest.hex()), damaged);
        try (var reader = blobs.open(digest).orElseThrow();
                StagedBlob shared = blobs.stage(CONTENT)) {
            blobs.publish(List.of(shared));
            assertThat(blobs.read(digest)).hasValue(CONTENT);
            blobs.publish(List.of(shared)); // by the second of two pulls
            assertThat(blobs.read(digest)).hasValue(CONTENT);
            assertThat(reader.readAllBytes()).isEqualTo(damaged);
        }
        assertThat(blobs.contains(digest)).isTrue();
        assertThat(root.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void removesWhatNothingRefersTo() {
        BlobStore blobs = BlobStore.open(root);
        Digest kept = blobs.put(CONTENT);
        Digest gone = blobs.put(new byte[1]);
        blobs.removeUnreferenced(Set.of(kept));
        assertThat(blobs.contains(kept)).isTrue();
        assertThat(blobs.contains(gone)).isFalse();
    }
}
