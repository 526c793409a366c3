package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code NetworkingConfig} of a create request. */
final class NetworkSettings {
    private NetworkSettings() {}

    /** The networks asked for; the flags that are about one network have been merged into the first. */
    static List<NetworkOption> networks(ContainerOptions.NetworkFlags flags) {
        List<NetworkOption> networks = new ArrayList<>();
        for (String value : flags.network.values()) {
            networks.add(NetworkOption.parse(value));
        }
        boolean userDefined = false;
        boolean builtIn = false;
        for (NetworkOption network : networks) {
            userDefined |= network.isUserDefined();
            builtIn |= !network.isUserDefined();
        }
        if (userDefined && builtIn) {
            throw new CliError(
                    "conflicting options: cannot attach both user-defined and non-user-defined network-modes");
        }
        return networks;
    }

    static JsonObject of(List<NetworkOption> networks, ContainerOptions.NetworkFlags flags) {
        // Docker makes the default network explicit, so that an address or alias given alone has a place to stand.
        List<NetworkOption> all = networks.isEmpty() ? List.of(NetworkOption.parse("default")) : networks;
        JsonObject endpoints = new JsonObject();
        for (int i = 0; i < all.size(); i++) {
            NetworkOption network = all.get(i);
            boolean first = i == 0;
            if (first) {
                network.merge(
                        flags.aliases.values(),
                        flags.ip.text(),
                        flags.ip6.text(),
                        flags.linkLocal.values(),
                        flags.mac.text());
            }
            if (endpoints.has(network.target())) {
                throw new CliError("network \"" + network.target() + "\" is specified multiple times");
            }
            List<String> links = first && network.isUserDefined() ? flags.link.values() : List.of();
            @Nullable JsonObject endpoint = network.endpoint(links);
            if (endpoint == null && all.size() == 1 && !network.target().equals("default")) {
                continue;
            }
            endpoints.with(network.target(), endpoint == null ? network.settings(false, List.of()) : endpoint);
        }
        return new JsonObject().with("EndpointsConfig", endpoints);
    }
}
