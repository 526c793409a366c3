package jdocker.daemon.image;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdocker.oci.ImageConfig;
import jdocker.oci.Json;

/** Configurations, parsed once: an image's never changes, as its id is its hash. */
final class ImageConfigs {
    private static final int MOST = 2000;

    private final Map<String, ImageConfig> parsed = new ConcurrentHashMap<>();

    ImageConfig of(Image image) {
        if (parsed.size() > MOST) {
            parsed.clear();
        }
        return parsed.computeIfAbsent(
                image.id(), _ -> Json.read(image.config().getBytes(StandardCharsets.UTF_8), ImageConfig.class));
    }
}
