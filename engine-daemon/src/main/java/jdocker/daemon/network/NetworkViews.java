package jdocker.daemon.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdocker.api.Ipam;
import jdocker.api.NetworkCreateRequest.ConfigReference;
import jdocker.api.NetworkInspect;
import jdocker.api.NetworkInspect.EndpointResource;
import jdocker.api.WireTime;

/** Networks as lists and inspect show them. */
final class NetworkViews {
    private NetworkViews() {}

    static NetworkInspect of(Network network, Map<String, EndpointResource> containers) {
        List<Ipam.IpamConfig> config = new ArrayList<>();
        for (Network.Range range : network.ranges()) {
            config.add(new Ipam.IpamConfig(
                    range.subnet(),
                    range.ipRange(),
                    range.gateway(),
                    range.auxiliary().isEmpty() ? null : range.auxiliary()));
        }
        return new NetworkInspect(
                network.name(),
                network.id(),
                WireTime.format(network.created()),
                "local",
                network.driver(),
                network.ipv4(),
                network.ipv6(),
                new Ipam("default", network.ipamOptions().isEmpty() ? null : network.ipamOptions(), config),
                network.internal(),
                network.attachable(),
                false,
                new ConfigReference(network.configFrom()),
                network.configOnly(),
                containers,
                network.options(),
                network.labels());
    }
}
