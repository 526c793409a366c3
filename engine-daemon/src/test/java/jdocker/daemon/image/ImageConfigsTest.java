package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import jdocker.oci.Digest;
import org.junit.jupiter.api.Test;

class ImageConfigsTest {
    private static Image image(String author) {
        String config = "{\"author\":\"" + author + "\",\"architecture\":\"amd64\",\"os\":\"linux\"}";
        String id = Digest.of(config.getBytes(StandardCharsets.UTF_8)).toString();
        return new Image(id, config, null, 0, null, Instant.EPOCH, null);
    }

    @Test
    void largeConfigurationsDoNotFillTheMemory() {
        var configs = new ImageConfigs();
        for (int i = 0; i < 100; i++) {
            Image large = image(i + "x".repeat(1024 * 1024));
            assertThat(configs.of(large).author()).startsWith(i + "x");
            assertThat(configs.held()).isBetween(1024L * 1024, (long) ImageConfigs.ROOM);
        }
        assertThat(configs.of(image("y".repeat(ImageConfigs.ROOM))).author()).startsWith("y");
        assertThat(configs.held()).isLessThanOrEqualTo(ImageConfigs.ROOM);
    }

    @Test
    void thoseOfOrdinaryImagesAreParsedOnce() {
        var configs = new ImageConfigs();
        Image image = image("me");
        assertThat(configs.of(image)).isSameAs(configs.of(image));
        for (int i = 0; i < 5; i++) {
            configs.of(image("x".repeat(1024 * 1024 + i)));
            configs.of(image);
        }
        assertThat(configs.of(image)).isSameAs(configs.of(image));
    }
}
