package jdocker.daemon.container;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import jdocker.api.ContainerInspect;
import jdocker.api.ContainerStateView;
import jdocker.api.ContainerSummary;
import jdocker.api.GraphDriver;
import jdocker.api.WireTime;
import jdocker.daemon.http.ApiVersion;
import jdocker.runtime.AppArmor;

/** Containers as lists and inspect show them. */
final class ContainerViews {
    private static final String DRIVER = "overlay2";

    private static final int MAX_KNOWN = 10_000;

    private final ContainerFiles files;
    private final GraphData graph;
    private final NetworkViews networks;
    private final AppArmor appArmor;
    /** By container: what never changes is asked of the disk once. */
    private final Map<String, GraphDriver> drivers = new ConcurrentHashMap<>();

    /** What storage says of a container's layers, for inspect. */
    interface GraphData {
        Map<String, String> of(String containerId, Optional<String> topLayer);
    }

    ContainerViews(ContainerFiles files, GraphData graph, NetworkViews networks, AppArmor appArmor) {
        this.appArmor = appArmor;
        this.files = files;
        this.graph = graph;
        this.networks = networks;
    }

    /** Whether {@link #inspect} needs nothing but memory. */
    boolean knows(Container c) {
        return drivers.containsKey(c.id());
    }

    private GraphDriver driver(Container c) {
        if (drivers.size() > MAX_KNOWN) {
            drivers.clear(); // mostly containers that are gone
        }
        return drivers.computeIfAbsent(
                c.id(), id -> new GraphDriver(graph.of(id, Optional.ofNullable(c.topLayer())), DRIVER));
    }

    ContainerInspect inspect(Container c, List<String> execIds, Optional<Sizes> sizes) {
        List<String> command = c.command();
        return new ContainerInspect(
                c.id(),
                WireTime.format(c.created()),
                command.getFirst(),
                command.subList(1, command.size()),
                state(c.state()),
                c.imageId(),
                pathText(c, files.resolvConf(c.id())),
                pathText(c, files.hostname(c.id())),
                pathText(c, files.hosts(c.id())),
                LogOptions.of(c.hostConfig().logConfig()).readable()
                        ? files.log(c.id()).toString()
                        : "",
                "/" + c.name(),
                c.restartCount(),
                DRIVER,
                "linux",
                "",
                "",
                appArmor(c),
                execIds.isEmpty() ? null : execIds,
                networks.shown(c),
                driver(c),
                sizes.map(Sizes::writable).orElse(null),
                sizes.map(Sizes::root).orElse(null),
                c.mounts(),
                c.config(),
                networks.settings(c));
    }

    private String appArmor(Container c) {
        var options =
                SecurityOptions.parse(HostConfigRules.listOf(c.hostConfig().securityOpt()));
        return appArmor.name(options.appArmor(), c.hostConfig().privileged());
    }

    /** Sizes in bytes: of the container's own layer, and of all together. */
    record Sizes(long writable, long root) {}

    private static String pathText(Container c, Path path) {
        return c.state() instanceof ContainerState.Dead ? "" : path.toString();
    }

    static ContainerStateView state(ContainerState state) {
        boolean running = state.process().isPresent();
        return new ContainerStateView(
                state.status(),
                running || state instanceof ContainerState.Restarting,
                state instanceof ContainerState.Paused,
                state instanceof ContainerState.Restarting,
                state.oomKilled(),
                state instanceof ContainerState.Dead,
                state.process().map(ContainerState.Running::pid).orElse(0L),
                state.exitCode(),
                state.error(),
                WireTime.format(state.startedAt()),
                WireTime.format(state.finishedAt()),
                null);
    }

    ContainerSummary summary(Container c, Instant now, Optional<Sizes> sizes, ApiVersion version) {
        return new ContainerSummary(
                c.id(),
                List.of("/" + c.name()),
                c.config().image(),
                c.imageId(),
                commandText(c.command()),
                c.created().getEpochSecond(),
                networks.listed(c),
                sizes.map(Sizes::writable).orElse(null),
                sizes.map(Sizes::root).orElse(null),
                c.config().labels(),
                c.state().status(),
                StatusText.of(c.state(), now),
                new ContainerSummary.HostConfigSummary(
                        c.hostConfig().networkMode(),
                        version.atLeast(1, 46) ? c.hostConfig().annotations() : null),
                new ContainerSummary.NetworkSummary(networks.endpoints(c)),
                c.mounts());
    }

    // Arguments with spaces are put in quotes, as Docker does; the client cuts it to size.
    private static String commandText(List<String> command) {
        var words = new ArrayList<String>(command.size());
        for (int i = 0; i < command.size(); i++) {
            String word = command.get(i);
            words.add(i > 0 && word.indexOf(' ') >= 0 ? "'" + word.replace("'", "\\'") + "'" : word);
        }
        return String.join(" ", words);
    }
}
