package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import jdocker.image.WantedPlatform;
import jdocker.kernel.KernelTest;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;

/** The second pull of a name. */
@KernelTest
class PullAgainTest extends PullServerTest {
    private static final String HOST = WantedPlatform.host().architecture();
    private static final String OTHER = HOST.equals("s390x") ? "ppc64le" : "s390x";

    private static String config(String architecture, byte[] layer) {
        return ArchiveBytes.config("", layer).replace("amd64", architecture);
    }

    private void offerBoth() {
        String index = "{\"schemaVersion\":2,\"mediaType\":\"" + INDEX + "\",\"manifests\":[{"
                + descriptor(MANIFEST, offer("host", config(HOST, ONE), ONE))
                + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + HOST + "\"}},{"
                + descriptor(MANIFEST, offer("other", config(OTHER, TWO), TWO))
                + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + OTHER + "\"}}]}";
        byte[] bytes = index.getBytes(StandardCharsets.UTF_8);
        manifests.put("both", bytes);
        manifests.put(Digest.of(bytes).toString(), bytes);
    }

    private String architecture(String tag) throws IOException {
        return get("/images/" + repository + ":" + tag + "/json")
                .get("Architecture")
                .asText();
    }

    @Test
    void aPullForThisMachineReplacesTheImageOfAnotherPlatform() throws IOException {
        offerBoth();
        assertThat(pull("both", "linux/" + OTHER)).contains("Downloaded newer image");
        assertThat(architecture("both")).isEqualTo(OTHER);
        assertThat(pull("both", "")).contains("Downloaded newer image");
        assertThat(architecture("both")).isEqualTo(HOST);
        assertThat(pull("both", "")).contains("Image is up to date");
        assertThat(pull("both", "linux/" + OTHER)).contains("Downloaded newer image");
        assertThat(architecture("both")).isEqualTo(OTHER);
    }

    /** Nobody asks a registry that counts pulls where there is no other image to get. */
    @Test
    void whatIsThereIsNotAskedForByGetAgain() throws IOException {
        offerBoth();
        pull("both", "");
        pull("other", "");
        int asked = gets.get();
        assertThat(pull("both", "")).contains("Image is up to date");
        assertThat(pull("other", "")).as("one for another platform alone").contains("Image is up to date");
        assertThat(gets.get()).isEqualTo(asked);
    }

    /** In every second byte, and of the same length. */
    private java.nio.file.Path damaged(byte[] blob) throws IOException {
        java.nio.file.Path file =
                root.resolve("blobs/sha256").resolve(Digest.of(blob).hex());
        byte[] wrong = blob.clone();
        for (int i = 0; i < wrong.length; i += 2) {
            wrong[i] ^= 1;
        }
        Files.write(file, wrong);
        return file;
    }

    @Test
    void aDamagedManifestIsFetchedAgain() throws IOException {
        byte[] manifest = offer("v1", config(HOST, ONE), ONE);
        pull("v1", "");
        java.nio.file.Path file = damaged(manifest);
        assertThat(pull("v1", "")).contains("Image is up to date");
        assertThat(file).hasBinaryContent(manifest);
    }

    @Test
    void anImageWithADamagedManifestIsSavedWithAnother() throws IOException {
        byte[] manifest = offer("v1", config(HOST, ONE), ONE);
        pull("v1", "");
        java.nio.file.Path file = damaged(manifest);
        var saved = LoadedManifestTest.entries(
                send("GET", "/images/" + repository + ":v1/get").bytes());
        assertThat(saved)
                .containsKeys("index.json", "blobs/sha256/" + Digest.of(ONE).hex());
        assertThat(file).doesNotExist();
        pull("v1", "");
        damaged(manifest);
        assertThat(ask("POST", "/images/" + repository + "/push?tag=v1"))
                .contains("Layer already exists")
                .doesNotContain("is damaged");
        assertThat(file).doesNotExist();
    }
}
