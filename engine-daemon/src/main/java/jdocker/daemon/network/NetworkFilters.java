package jdocker.daemon.network;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.Filters;
import jdocker.daemon.state.Snapshot;

/** Which networks a list shows and a prune takes. */
final class NetworkFilters {
    private NetworkFilters() {}

    /** In the order of their names. */
    static List<Network> list(Snapshot state, Filters filters) {
        filters.accepting("dangling", "driver", "id", "label", "name", "scope", "type");
        Optional<Boolean> dangling = filters.flag("dangling");
        filters.values("type").stream()
                .filter(type -> !type.equals("builtin") && !type.equals("custom"))
                .findFirst()
                .ifPresent(type -> {
                    throw new InvalidRequest("invalid filter: 'type'='" + type + "'");
                });
        return state.all(Network.ALL).values().stream()
                .filter(n -> filters.exact("driver", n.driver()))
                .filter(n -> filters.prefix("id", n.id()) || filters.found("id", n.id()))
                .filter(n -> filters.pairs("label", n.labels()))
                .filter(n -> filters.found("name", n.name()))
                .filter(n -> filters.exact("scope", "local"))
                .filter(n -> filters.exact("type", n.isPredefined() ? "builtin" : "custom"))
                .filter(n -> dangling.isEmpty() || dangling.get() == isDangling(state, n))
                .sorted(Comparator.comparing(Network::name))
                .toList();
    }

    private static boolean isDangling(Snapshot state, Network network) {
        return !network.isPredefined() && Networks.members(state, network.id()).isEmpty();
    }

    /** What a prune with these filters would take, used or not. */
    static List<Network> prunable(Snapshot state, Filters filters) {
        filters.accepting("label", "label!", "until");
        if (filters.values("until").size() > 1) {
            throw new InvalidRequest("more than one until filter specified");
        }
        Instant until = filters.values("until").stream()
                .findFirst()
                .map(NetworkFilters::time)
                .orElse(Instant.MAX);
        return state.all(Network.ALL).values().stream()
                .filter(n -> !n.isPredefined() && !n.configOnly())
                .filter(n -> filters.pairs("label", n.labels()))
                .filter(n -> !filters.contains("label!") || !filters.pairs("label!", n.labels()))
                .filter(n -> n.created().isBefore(until))
                .toList();
    }

    /** Seconds since 1970, a moment of RFC 3339, or how long ago: {@code 10m}, {@code 1h30m}. */
    private static Instant time(String text) {
        try {
            if (text.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
                return Instant.ofEpochSecond(Long.parseLong(text.split("\\.")[0]));
            }
            if (text.matches("([0-9]{1,9}[hms])+")) {
                return Instant.now().minus(Duration.parse("PT" + text.toUpperCase(Locale.ROOT)));
            }
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new InvalidRequest("invalid filter 'until=" + text + "'");
        }
    }
}
