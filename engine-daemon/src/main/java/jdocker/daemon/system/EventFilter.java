package jdocker.daemon.system;

import java.util.List;
import java.util.function.Predicate;
import jdocker.daemon.event.Event;
import jdocker.daemon.http.Filters;

/** Which events a reader wants, by Docker's rules. */
final class EventFilter implements Predicate<Event> {
    private static final List<String> BY_NAME =
            List.of("container", "daemon", "plugin", "volume", "network", "node", "service", "secret", "config");
    /** Actions that carry a detail behind a colon, so that the bare word asks for the beginning. */
    private static final List<String> WITH_DETAIL = List.of("exec_create", "exec_start", "health_status");

    private final Filters filters;

    EventFilter(Filters filters) {
        this.filters = filters.accepting(
                "container",
                "daemon",
                "plugin",
                "volume",
                "network",
                "node",
                "service",
                "secret",
                "config",
                "event",
                "image",
                "label",
                "scope",
                "type");
    }

    @Override
    public boolean test(Event event) {
        return filters.exact("type", event.type())
                && filters.exact("scope", "local")
                && matchesAction(event.action())
                && BY_NAME.stream().allMatch(type -> matchesName(type, event))
                && matchesImage(event)
                && filters.pairs("label", event.attributes());
    }

    private boolean matchesAction(String action) {
        return filters.values("event").stream().anyMatch(WITH_DETAIL::contains)
                ? filters.prefix("event", action)
                : filters.exact("event", action);
    }

    private boolean matchesName(String type, Event event) {
        if (!filters.contains(type) || filters.values(type).isEmpty()) {
            return true;
        }
        String name = event.attributes().getOrDefault("name", "");
        return event.type().equals(type) && (filters.prefix(type, event.actorId()) || filters.prefix(type, name));
    }

    /** An image by its id or name, and every container that was made of it; with or without the tag. */
    private boolean matchesImage(Event event) {
        String name = event.attributes().getOrDefault(event.type().equals("image") ? "name" : "image", "");
        return filters.exact("image", event.actorId())
                || filters.exact("image", name)
                || filters.exact("image", withoutTag(event.actorId()))
                || filters.exact("image", withoutTag(name));
    }

    private static String withoutTag(String name) {
        int at = name.indexOf('@');
        String plain = at < 0 ? name : name.substring(0, at);
        int colon = plain.lastIndexOf(':');
        return colon > plain.lastIndexOf('/') ? plain.substring(0, colon) : plain;
    }
}
