package jdocker.daemon.container;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.daemon.image.ImageUsers;
import jdocker.daemon.state.Snapshot;

/** What containers need of images, so that nobody removes it under them. */
public final class ContainerImageUsers implements ImageUsers {

    @Override
    public Map<String, Use> uses(Snapshot state) {
        var uses = new HashMap<String, Use>();
        for (Container c : state.all(Container.ALL).values()) {
            uses.merge(
                    c.imageId(),
                    new Use(c.shortId(), c.isRunning(), 1),
                    (a, b) -> new Use(
                            b.running() ? b.container() : a.container(),
                            a.running() || b.running(),
                            a.count() + b.count()));
        }
        return uses;
    }

    @Override
    public Set<String> layers(Snapshot state) {
        var layers = new HashSet<String>();
        state.all(Container.ALL)
                .values()
                .forEach(c -> Optional.ofNullable(c.topLayer()).ifPresent(layers::add));
        return layers;
    }
}
