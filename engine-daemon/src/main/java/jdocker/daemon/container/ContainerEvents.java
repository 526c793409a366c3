package jdocker.daemon.container;

import java.util.LinkedHashMap;
import java.util.Map;
import jdocker.daemon.event.Event;

/** Events of containers, with the attributes that Docker gives them. */
final class ContainerEvents {
    private ContainerEvents() {}

    static Event of(Container c, String action) {
        return of(c, action, Map.of());
    }

    /** With further attributes, which win over labels of the same name. */
    static Event of(Container c, String action, Map<String, String> more) {
        var attributes = new LinkedHashMap<>(c.config().labels());
        attributes.put("image", c.config().image());
        attributes.put("name", c.name());
        attributes.putAll(more);
        return Event.now("container", action, c.id(), attributes);
    }
}
