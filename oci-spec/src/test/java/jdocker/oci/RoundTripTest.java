package jdocker.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripTest {
    @ParameterizedTest(name = "{0} comes back as it was")
    @CsvSource({
        "runtime-spec.json, jdocker.oci.RuntimeSpec",
        "image-config.json, jdocker.oci.ImageConfig",
        "image-manifest.json, jdocker.oci.ImageManifest",
        "image-index.json, jdocker.oci.ImageIndex"
    })
    void documentsWithEveryFieldComeBackAsTheyWere(String resource, Class<?> type) throws IOException {
        JsonNode before = Json.mapperOfSpecs().readTree(resource(resource));

        JsonNode after = Json.mapperOfSpecs().readTree(Json.write(Json.read(resource(resource), type)));

        assertThat(after).isEqualTo(before);
    }

    @Test
    void everyFieldOfTheSampleIsKnown() {
        RuntimeSpec spec = Json.read(resource("runtime-spec.json"), RuntimeSpec.class);

        assertThat(spec.unknown()).containsOnlyKeys("vm");
        assertThat(Objects.requireNonNull(spec.linux()).unknown()).isEmpty();
        assertThat(Objects.requireNonNull(spec.process()).unknown()).containsOnlyKeys("futureField");
        assertThat(Objects.requireNonNull(spec.linux().resources()).unknown()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ociVersion\":\"1.2.0\"}",
                "{\"ociVersion\":\"1.2.0\",\"mounts\":[]}",
                "{\"ociVersion\":\"\",\"annotations\":{}}",
                "{\"process\":{\"user\":{\"uid\":0,\"gid\":0},\"terminal\":false,\"args\":[]}}",
            })
    void absentAndEmptyAreNotTheSame(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

        JsonNode after = Json.mapperOfSpecs().readTree(Json.write(Json.read(bytes, RuntimeSpec.class)));

        assertThat(after).isEqualTo(Json.mapperOfSpecs().readTree(bytes));
    }

    @Test
    void absentCollectionsReadAsEmpty() {
        RuntimeSpec spec = Json.read("{}".getBytes(StandardCharsets.UTF_8), RuntimeSpec.class);

        assertThat(spec.mounts()).isEmpty();
        assertThat(spec.annotations()).isEmpty();
        assertThat(spec.ociVersion()).isEmpty();
    }

    @Test
    void aLimitWithoutEndKeepsItsSixtyFourBits() {
        Rlimit none = Json.read(
                "{\"type\":\"RLIMIT_CORE\",\"hard\":18446744073709551615,\"soft\":0}".getBytes(StandardCharsets.UTF_8),
                Rlimit.class);

        assertThat(none.hard()).isEqualTo(-1);
        assertThat(new String(Json.write(none), StandardCharsets.UTF_8)).contains("\"hard\":18446744073709551615");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{} {}",
                "{\"ociVersion\":\"1\",\"ociVersion\":\"2\"}",
                "{\"process\":{\"user\":{\"uid\":1.5}}}",
                "{\"process\":{\"user\":{\"uid\":\"0\"}}}",
                "{\"process\":{\"rlimits\":[{\"hard\":-1}]}}",
                "{\"process\":{\"rlimits\":[{\"hard\":18446744073709551616}]}}",
                "{\"mounts\":{}}",
                "{\"mounts\":[null]}",
                "{\"process\":{\"args\":[\"a\",null]}}",
                "{\"hostname\":[]}",
            })
    void whatIsNoSpecIsRefused(String json) {
        assertThatThrownBy(() -> Json.read(json.getBytes(StandardCharsets.UTF_8), RuntimeSpec.class))
                .isInstanceOf(MalformedJson.class);
    }

    @Test
    void deepNestingIsRefused() {
        byte[] bomb = ("{\"x\":" + "[".repeat(600) + "]".repeat(600) + "}").getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Json.read(bomb, RuntimeSpec.class)).isInstanceOf(MalformedJson.class);
    }

    @Test
    void aDescriptorWithoutDigestIsRefused() {
        byte[] json = "{\"mediaType\":\"a/b\",\"size\":1}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Json.read(json, Descriptor.class)).isInstanceOf(MalformedJson.class);
    }

    @Test
    void markupIsNotEscaped() {
        assertThat(new String(
                        Json.write(OciProcess.builder().args(List.of("a<&>b")).build()), StandardCharsets.UTF_8))
                .contains("a<&>b");
    }

    private static byte[] resource(String name) {
        try (InputStream in = Objects.requireNonNull(RoundTripTest.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
