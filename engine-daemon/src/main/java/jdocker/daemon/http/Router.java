package jdocker.daemon.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the handler for a path. Templates are {@code /containers/{id}/start}; {@code {name...}} matches one or more
 * segments, for names with slashes. Among several that match, the one with more literal segments wins. Routes are
 * added while the daemon is wired, before the server starts.
 */
public final class Router {
    private final Map<HttpMethod, Map<String, List<Route>>> byFirstSegment = new EnumMap<>(HttpMethod.class);

    public void add(HttpMethod method, String template, Lane lane, Handler handler) {
        Route route = Route.of(method, template, lane, handler);
        List<Route> routes = byFirstSegment
                .computeIfAbsent(method, _ -> new HashMap<>())
                .computeIfAbsent(route.firstSegment(), _ -> new ArrayList<>());
        if (routes.stream().anyMatch(other -> other.sameShape(route))) {
            throw new IllegalArgumentException("two routes for " + method + " " + template);
        }
        routes.add(route);
        routes.sort(Comparator.comparingLong(Route::literals).reversed().thenComparing(Route::hasRest));
    }

    /** Whether there is a route of this shape, whatever the names in its template. */
    public boolean has(HttpMethod method, String template) {
        String shape = Route.shape(template);
        return routes().stream()
                .anyMatch(r -> r.method() == method && Route.shape(r.template()).equals(shape));
    }

    /** All routes, sorted by template and method. */
    public List<RouteDescription> routes() {
        return byFirstSegment.values().stream()
                .flatMap(routes -> routes.values().stream())
                .flatMap(List::stream)
                .map(r -> new RouteDescription(r.method(), r.template(), r.lane()))
                .sorted(Comparator.comparing(RouteDescription::template).thenComparing(RouteDescription::method))
                .toList();
    }

    /** The route for a decoded path without version, and what its names stand for. */
    Optional<Match> find(HttpMethod method, String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return Optional.empty();
        }
        Map<String, List<Route>> routes = byFirstSegment.get(method);
        if (routes == null) {
            return Optional.empty();
        }
        String[] segments = path.substring(1).split("/", -1);
        return Stream.ofNullable(routes.get(segments[0]))
                .flatMap(List::stream)
                .flatMap(route -> Stream.ofNullable(route.match(segments)))
                .findFirst();
    }

    /** A route with the names of its template bound. */
    record Match(Route route, Map<String, String> names) {}

    /**
     * @param before the template's segments up to the rest, or all; a name is held as {@code {name}}
     * @param rest the name that takes one or more segments, if there is one
     * @param after the segments behind it
     */
    record Route(
            HttpMethod method,
            String template,
            Lane lane,
            Handler handler,
            List<String> before,
            @Nullable String rest,
            List<String> after) {

        static Route of(HttpMethod method, String template, Lane lane, Handler handler) {
            List<String> segments = List.of(template.substring(1).split("/", -1));
            int rest = 0;
            while (rest < segments.size() && !segments.get(rest).endsWith("...}")) {
                rest++;
            }
            if (rest == segments.size()) {
                return new Route(method, template, lane, handler, segments, null, List.of());
            }
            String name = segments.get(rest).substring(1, segments.get(rest).length() - "...}".length());
            return new Route(
                    method,
                    template,
                    lane,
                    handler,
                    segments.subList(0, rest),
                    name,
                    segments.subList(rest + 1, segments.size()));
        }

        String firstSegment() {
            return before.getFirst();
        }

        boolean hasRest() {
            return rest != null;
        }

        long literals() {
            return Stream.concat(before.stream(), after.stream())
                    .filter(segment -> !isName(segment))
                    .count();
        }

        boolean sameShape(Route other) {
            return shape(template).equals(shape(other.template));
        }

        static String shape(String template) {
            return template.replaceAll("\\{[^}]*\\.\\.\\.}", "{*}").replaceAll("\\{[^}*]*}", "{}");
        }

        @Nullable
        Match match(String[] segments) {
            int fixed = before.size() + after.size();
            if (rest == null ? segments.length != fixed : segments.length <= fixed) {
                return null;
            }
            var names = new HashMap<String, String>(4);
            int tail = segments.length - after.size();
            if (!bind(before, segments, 0, names) || !bind(after, segments, tail, names)) {
                return null;
            }
            if (rest != null) {
                String joined = String.join("/", List.of(segments).subList(before.size(), tail));
                if (joined.isEmpty()) {
                    return null;
                }
                names.put(rest, joined);
            }
            return new Match(this, names);
        }

        private static boolean bind(List<String> pattern, String[] segments, int from, Map<String, String> names) {
            for (int i = 0; i < pattern.size(); i++) {
                String wanted = pattern.get(i);
                String actual = segments[from + i];
                if (isName(wanted)) {
                    if (actual.isEmpty()) {
                        return false;
                    }
                    names.put(wanted.substring(1, wanted.length() - 1), actual);
                } else if (!wanted.equals(actual)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isName(String segment) {
            return segment.startsWith("{");
        }
    }
}
