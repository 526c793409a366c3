package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import jdocker.storage.ChainId;
import jdocker.storage.StagedLayer;
import org.junit.jupiter.api.Test;

/** What a lease has kept from removal does not stay for ever. */
@KernelTest
class LeaseTest extends ImageServerTest {
    private ContentLease lease() {
        Image image = images.find("app:v1").orElseThrow();
        // As a pull: every layer by itself.
        var chains = new HashSet<ChainId>();
        layers.chain(new ChainId(Digest.parse(String.valueOf(image.topLayer()))))
                .forEach(layer -> chains.add(layer.chainId()));
        return images.content().lease(images.content().blobsOf(image, List.of()), chains);
    }

    @Test
    void anImageThatIsRemovedMeanwhileGoesWithTheLease() throws IOException {
        load("app:v1");
        String other = ArchiveBytes.config("", ONE);
        post("/images/load", ArchiveBytes.saved(other, "base:v1", ONE));
        ContentLease first = lease();
        ContentLease second = lease();
        send("DELETE", "/images/app:v1");
        assertThat(layers.layers()).hasSize(2);
        assertThat(images.content().blobs().all()).hasSize(2);
        first.close();
        assertThat(layers.layers()).as("somebody else works with them").hasSize(2);
        second.close();
        assertThat(layers.layers()).as("those of the other image").hasSize(1);
        assertThat(images.content().blobs().all()).hasSize(1);
        second.close();
        send("DELETE", "/images/base:v1");
        assertThat(layers.layers()).isEmpty();
        assertThat(images.content().blobs().all()).isEmpty();
    }

    @Test
    void anImageThatIsSavedMeanwhileIsWholeAndGoesThen() throws IOException {
        load("app:v1");
        ImageSaving saving = images.save(List.of("app:v1"), List.of());
        send("DELETE", "/images/app:v1");
        var out = new java.io.ByteArrayOutputStream();
        saving.writeTo(out);
        saving.close();
        assertThat(LoadedManifestTest.entries(out.toByteArray())).isNotEmpty();
        assertThat(layers.layers()).isEmpty();
        assertThat(images.content().blobs().all()).isEmpty();
    }

    @Test
    void layersWhoseImageCannotBeWrittenGo() throws IOException {
        load("app:v1");
        byte[] three = ArchiveBytes.layer("three", "3");
        byte[] config = ArchiveBytes.config("", ONE, three).getBytes(StandardCharsets.UTF_8);
        Set<ChainId> before = layers.layers();
        try (ContentLease _ = lease();
                StagedLayer one = layers.stage(new ByteArrayInputStream(ONE));
                StagedLayer last = layers.stage(new ByteArrayInputStream(three))) {
            assertThatThrownBy(() -> images.content().add(new ImageContent.New(config, List.of(one, last)), (_, _) -> {
                        throw new Conflict("no");
                    }))
                    .isInstanceOf(Conflict.class);
            assertThat(layers.layers()).isEqualTo(before);
        }
        assertThat(layers.layers()).isEqualTo(before);
        assertThat(images.content().blobs().all()).hasSize(1);
        assertThat(root.resolve("tmp")).isEmptyDirectory();
    }
}
