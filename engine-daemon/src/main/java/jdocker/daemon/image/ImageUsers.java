package jdocker.daemon.image;

import java.util.Map;
import java.util.Set;
import jdocker.daemon.state.Snapshot;

/** Who stands on images; containers do. Reads the state it is given, so that it may be asked within a change. */
public interface ImageUsers {

    /** Nobody. */
    ImageUsers NONE = new ImageUsers() {
        @Override
        public Map<String, Use> uses(Snapshot state) {
            return Map.of();
        }

        @Override
        public Set<String> layers(Snapshot state) {
            return Set.of();
        }
    };

    /** The use of images by their id. */
    Map<String, Use> uses(Snapshot state);

    /** The chain ids of layers that must stay, whatever becomes of their images. */
    Set<String> layers(Snapshot state);

    /**
     * The use of one image.
     *
     * @param container the short id of one that uses it, a running one where there is such
     * @param running whether one of them runs
     * @param count how many there are
     */
    record Use(String container, boolean running, int count) {}
}
