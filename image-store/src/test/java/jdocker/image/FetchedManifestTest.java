package jdocker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchedManifestTest {
    private static final String EMPTY = "sha256:" + "0".repeat(64);

    private static FetchedManifest read(String declared, String schema) {
        String type = declared.isEmpty() ? "" : "\"mediaType\":\"" + declared + "\",";
        byte[] bytes = ("{\"schemaVersion\":" + schema + "," + type + "\"config\":{\"mediaType\":\""
                        + (declared.contains("oci") ? MediaTypes.OCI_CONFIG : MediaTypes.DOCKER_CONFIG)
                        + "\",\"size\":2,\"digest\":\"" + EMPTY + "\"},\"layers\":[]}")
                .getBytes(StandardCharsets.UTF_8);
        return FetchedManifest.of(bytes, Digest.of(bytes), declared);
    }

    @ParameterizedTest
    @ValueSource(strings = {MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST})
    void readsBothKindsOfManifest(String declared) {
        assertThat(read(declared, "2").mediaType()).isEqualTo(declared);
    }

    @Test
    void refusesTheFirstSchemaByNumberAndByName() {
        assertThatThrownBy(() -> read("", "1")).hasMessageContaining("schema 1");
        assertThatThrownBy(() -> read("application/vnd.docker.distribution.manifest.v1+prettyjws", "2"))
                .hasMessageContaining("schema 1");
    }
}
