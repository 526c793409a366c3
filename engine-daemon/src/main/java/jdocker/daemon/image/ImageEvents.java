package jdocker.daemon.image;

import java.util.HashMap;
import java.util.Optional;
import jdocker.daemon.event.Event;
import jdocker.image.ImageRef;
import jdocker.oci.ImageConfig;
import jdocker.oci.RunConfig;

/** Events of images; their attributes are the image's labels and the name that was used. */
final class ImageEvents {
    private ImageEvents() {}

    /** Of a pull or push, which is the name's: with the labels of the image that the name leads to. */
    static Event ofName(ImageRef name, Optional<ImageConfig> config, String action) {
        return of(name.familiar(), config.orElseGet(() -> ImageConfig.builder().build()), action, name.familiarName());
    }

    static Event of(String imageId, ImageConfig config, String action, String name) {
        var attributes = new HashMap<String, String>();
        RunConfig run = config.config();
        if (run != null) {
            attributes.putAll(run.labels());
        }
        attributes.put("name", name);
        return Event.now("image", action, imageId, attributes);
    }
}
