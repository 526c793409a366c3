package jdocker.daemon.container;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.http.Filters;

/** Which containers a list shows, and in which order: Docker's rules. */
final class ContainerList {
    private static final String[] KEYS = {
        "ancestor",
        "before",
        "exited",
        "id",
        "isolation",
        "is-task",
        "label",
        "name",
        "network",
        "publish",
        "expose",
        "since",
        "status",
        "volume",
        "health"
    };
    private static final Set<String> STATES =
            Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead");
    private static final Set<String> HEALTH = Set.of("none", "starting", "healthy", "unhealthy");

    private final Containers containers;
    private final ImageCatalog images;
    private final NetworkViews views;

    ContainerList(Containers containers, ImageCatalog images, NetworkViews views) {
        this.containers = containers;
        this.images = images;
        this.views = views;
    }

    /**
     * @param all those that do not run too
     * @param limit how many of the newest, running or not; 0 for all
     * @throws InvalidRequest for a filter that makes no sense
     */
    List<Container> select(boolean all, int limit, Filters filters) {
        filters.accepting(KEYS);
        Set<Integer> codes = codes(filters);
        filters.values("status").stream()
                .filter(s -> !STATES.contains(s))
                .findFirst()
                .ifPresent(s -> {
                    throw new InvalidRequest("invalid filter 'status=" + s + "'");
                });
        filters.values("health").stream()
                .filter(s -> !HEALTH.contains(s))
                .findFirst()
                .ifPresent(s -> {
                    throw new InvalidRequest("invalid filter 'health=" + s + "'");
                });
        boolean stopped = all || limit > 0 || filters.contains("status");
        Optional<Set<String>> ancestors = ancestors(filters);
        Optional<Container> before = reference(filters, "before");
        Optional<Container> since = reference(filters, "since");
        if (before.isPresent() || since.isPresent()) {
            stopped = true;
        }
        boolean withStopped = stopped || filters.contains("exited");
        Stream<Container> found = containers.all().stream()
                .filter(c -> withStopped || c.isRunning() || c.state() instanceof ContainerState.Restarting)
                .filter(c ->
                        before.isEmpty() || c.created().isBefore(before.get().created()))
                .filter(c -> since.isEmpty() || c.created().isAfter(since.get().created()))
                .filter(c -> ancestors.isEmpty()
                        || ancestors.get().contains(c.imageId())
                        || ancestors.get().contains(c.config().image()))
                .filter(c -> codes.isEmpty() || hasExited(c, codes))
                .filter(c -> matches(c, filters))
                .sorted(Comparator.comparing(Container::created).reversed());
        return (limit > 0 ? found.limit(limit) : found).toList();
    }

    private boolean matches(Container c, Filters filters) {
        return (filters.values("id").isEmpty() || filters.prefix("id", c.id()) || filters.found("id", c.id()))
                && (filters.found("name", c.name()) || filters.found("name", "/" + c.name()))
                && filters.pairs("label", c.config().labels())
                && filters.exact("status", c.state().status())
                && filters.exact("health", "none")
                && filters.exact("isolation", c.hostConfig().isolation())
                && filters.flag("is-task").map(task -> !task).orElse(true)
                && network(c, filters)
                && volume(c, filters)
                && ports(c, filters);
    }

    private boolean network(Container c, Filters filters) {
        List<String> wanted = filters.values("network");
        return wanted.isEmpty()
                || views.endpoints(c).entrySet().stream()
                        .anyMatch(e -> wanted.contains(e.getKey())
                                || wanted.contains(e.getValue().networkId()));
    }

    private static boolean volume(Container c, Filters filters) {
        List<String> wanted = filters.values("volume");
        return wanted.isEmpty()
                || c.mounts().stream()
                        .anyMatch(m -> wanted.contains(m.name())
                                || wanted.contains(m.destination())
                                || wanted.contains(m.source()));
    }

    private boolean ports(Container c, Filters filters) {
        List<String> published = filters.values("publish");
        List<String> exposed = filters.values("expose");
        Set<String> ports = c.config().exposedPorts() == null
                ? Set.of()
                : c.config().exposedPorts().keySet();
        Set<String> open = published.isEmpty() ? Set.of() : views.published(c);
        return (published.isEmpty() || published.stream().anyMatch(p -> exposes(open, p)))
                && (exposed.isEmpty() || exposed.stream().anyMatch(e -> exposes(ports, e)));
    }

    private static boolean exposes(Set<String> ports, String wanted) {
        int slash = wanted.indexOf('/');
        String protocol = slash < 0 ? "/tcp" : wanted.substring(slash);
        String[] ends = (slash < 0 ? wanted : wanted.substring(0, slash)).split("-", 2);
        try {
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int port = Integer.parseInt(ends[0]); port <= Math.min(last, 65_535); port++) {
                if (ports.contains(port + protocol)) {
                    return true;
                }
            }
            return false;
        } catch (NumberFormatException e) {
            throw new InvalidRequest("invalid filter: not a port or a range of ports: " + wanted);
        }
    }

    private static Set<Integer> codes(Filters filters) {
        var codes = new HashSet<Integer>();
        for (String value : filters.values("exited")) {
            try {
                codes.add(Integer.valueOf(value));
            } catch (NumberFormatException e) {
                throw new InvalidRequest("invalid filter 'exited=" + value + "'");
            }
        }
        return codes;
    }

    private static boolean hasExited(Container c, Set<Integer> codes) {
        return c.state() instanceof ContainerState.Exited exited && codes.contains(exited.exitCode());
    }

    /** Images that were named, by id and by the name itself; what does not exist has no containers. */
    private Optional<Set<String>> ancestors(Filters filters) {
        if (!filters.contains("ancestor")) {
            return Optional.empty();
        }
        var ids = new HashSet<String>();
        for (String name : filters.values("ancestor")) {
            images.find(name).ifPresent(image -> ids.add(image.id()));
        }
        return Optional.of(ids);
    }

    private Optional<Container> reference(Filters filters, String key) {
        List<String> names = filters.values(key);
        if (names.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(containers
                .find(names.getFirst())
                .orElseThrow(() -> new NotFound("No such container: " + names.getFirst())));
    }

    /** How many there are in each of Docker's three groups, for info. */
    static Map<String, Integer> counts(List<Container> all) {
        var counts = new java.util.HashMap<String, Integer>();
        for (Container c : all) {
            String group =
                    c.state() instanceof ContainerState.Paused ? "paused" : c.isRunning() ? "running" : "stopped";
            counts.merge(group, 1, Integer::sum);
        }
        return counts;
    }
}
