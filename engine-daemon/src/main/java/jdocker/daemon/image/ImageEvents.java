package jdocker.daemon.image;

import java.util.HashMap;
import jdocker.daemon.event.Event;
import jdocker.oci.ImageConfig;
import jdocker.oci.RunConfig;

/** Events of images; their attributes are the image's labels and the name that was used. */
final class ImageEvents {
    private ImageEvents() {}

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
