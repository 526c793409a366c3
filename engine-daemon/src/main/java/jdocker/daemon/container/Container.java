package jdocker.daemon.container;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.api.ContainerConfig;
import jdocker.api.EndpointSettings;
import jdocker.api.HostConfig;
import jdocker.api.MountPoint;
import jdocker.daemon.state.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A container as it is stored.
 *
 * @param id 64 hexadecimal digits
 * @param name without Docker's leading slash
 * @param imageId digest of the image's configuration; empty for none
 * @param topLayer chain id of the image's last layer; null when the image has none
 * @param config image's and request's configuration, merged
 * @param hostConfig the request's, with the daemon's defaults filled in
 * @param mounts binds, volumes and tmpfs by {@code --mount}, resolved
 * @param networks what was asked for, by network
 * @param restartCount starts that the restart policy has made since the last by hand
 * @param stoppedByHand a client has asked for the end: no restart policy applies
 */
public record Container(
        String id,
        String name,
        @StoredTime Instant created,
        String imageId,
        @Nullable String topLayer,
        ContainerConfig config,
        HostConfig hostConfig,
        List<MountPoint> mounts,
        Map<String, EndpointSettings> networks,
        ContainerState state,
        int restartCount,
        boolean stoppedByHand) {

    /** All containers, by id. */
    public static final Collection<Container> ALL = new Collection<>("containers", Container.class);

    private static final int SHORT = 12;

    public Container {
        mounts = List.copyOf(mounts);
        networks = Map.copyOf(networks);
    }

    Container with(ContainerState newState) {
        return new Container(
                id,
                name,
                created,
                imageId,
                topLayer,
                config,
                hostConfig,
                mounts,
                networks,
                newState,
                restartCount,
                stoppedByHand);
    }

    Container with(HostConfig changed) {
        return new Container(
                id,
                name,
                created,
                imageId,
                topLayer,
                config,
                changed,
                mounts,
                networks,
                state,
                restartCount,
                stoppedByHand);
    }

    Container renamed(String newName) {
        return new Container(
                id,
                newName,
                created,
                imageId,
                topLayer,
                config,
                hostConfig,
                mounts,
                networks,
                state,
                restartCount,
                stoppedByHand);
    }

    Container stopped(boolean byHand) {
        return new Container(
                id,
                name,
                created,
                imageId,
                topLayer,
                config,
                hostConfig,
                mounts,
                networks,
                state,
                restartCount,
                byHand);
    }

    /** With one more network, or other settings on one. */
    Container on(String network, EndpointSettings settings) {
        var more = new HashMap<>(networks);
        more.put(network, settings);
        return withNetworks(more);
    }

    Container off(String network) {
        var less = new HashMap<>(networks);
        less.remove(network);
        return withNetworks(less);
    }

    private Container withNetworks(Map<String, EndpointSettings> newNetworks) {
        return new Container(
                id,
                name,
                created,
                imageId,
                topLayer,
                config,
                hostConfig,
                mounts,
                newNetworks,
                state,
                restartCount,
                stoppedByHand);
    }

    Container restarted(int count) {
        return new Container(
                id,
                name,
                created,
                imageId,
                topLayer,
                config,
                hostConfig,
                mounts,
                networks,
                state,
                count,
                stoppedByHand);
    }

    /** The whole command: entry point, then arguments. */
    List<String> command() {
        var all = new ArrayList<String>();
        Optional.ofNullable(config.entrypoint()).ifPresent(all::addAll);
        Optional.ofNullable(config.cmd()).ifPresent(all::addAll);
        return all;
    }

    /** The host name: what was asked for, else the id's beginning. */
    String hostname() {
        return config.hostname().isEmpty() ? shortId() : config.hostname();
    }

    String shortId() {
        return id.substring(0, SHORT);
    }

    @JsonIgnore
    boolean isRunning() {
        return state.process().isPresent();
    }
}
