package jdocker.daemon.image;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import jdocker.oci.ImageConfig;
import jdocker.oci.Json;

/**
 * Configurations, parsed once: an image's never changes, as its id is its hash. Kept are those that were asked for last, as
 * many as their documents' sizes allow: parsed, a document may be thirty times as large.
 */
final class ImageConfigs {
    /** Characters of all documents whose configurations are kept, which is some hundred images. */
    static final int ROOM = 4 * 1024 * 1024;

    private record Kept(ImageConfig config, int length) {}

    private final Map<String, Kept> parsed = new LinkedHashMap<>(16, 0.75f, true);
    private long held;

    ImageConfig of(Image image) {
        synchronized (parsed) {
            Kept known = parsed.get(image.id());
            if (known != null) {
                return known.config;
            }
        }
        ImageConfig config = Json.read(image.config().getBytes(StandardCharsets.UTF_8), ImageConfig.class);
        keep(image.id(), new Kept(config, image.config().length()));
        return config;
    }

    private void keep(String id, Kept config) {
        synchronized (parsed) {
            if (config.length > ROOM || parsed.putIfAbsent(id, config) != null) {
                return;
            }
            held += config.length;
            var oldest = parsed.values().iterator();
            while (held > ROOM) {
                held -= oldest.next().length;
                oldest.remove();
            }
        }
    }

    /** Characters of the documents whose configurations are kept. */
    long held() {
        synchronized (parsed) {
            return held;
        }
    }
}
