package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Addresses and published ports of a container. */
@WireRecord
public record NetworkSettings(
        String bridge,
        @JsonProperty("SandboxID") String sandboxId,
        String sandboxKey,
        Map<String, List<PortBinding>> ports,
        boolean hairpinMode,
        @JsonProperty("LinkLocalIPv6Address") String linkLocalIpv6Address,
        @JsonProperty("LinkLocalIPv6PrefixLen") int linkLocalIpv6PrefixLen,
        @JsonProperty("SecondaryIPAddresses") @Nullable List<Address> secondaryIpAddresses,
        @JsonProperty("SecondaryIPv6Addresses") @Nullable List<Address> secondaryIpv6Addresses,
        @JsonProperty("EndpointID") String endpointId,
        String gateway,
        @JsonProperty("GlobalIPv6Address") String globalIpv6Address,
        @JsonProperty("GlobalIPv6PrefixLen") int globalIpv6PrefixLen,
        @JsonProperty("IPAddress") String ipAddress,
        @JsonProperty("IPPrefixLen") int ipPrefixLen,
        @JsonProperty("IPv6Gateway") String ipv6Gateway,
        String macAddress,
        Map<String, EndpointSettings> networks) {
    public NetworkSettings {
        bridge = Wire.text(bridge);
        sandboxId = Wire.text(sandboxId);
        sandboxKey = Wire.text(sandboxKey);
        ports = Wire.map(ports);
        linkLocalIpv6Address = Wire.text(linkLocalIpv6Address);
        secondaryIpAddresses = Wire.nullable(secondaryIpAddresses);
        secondaryIpv6Addresses = Wire.nullable(secondaryIpv6Addresses);
        endpointId = Wire.text(endpointId);
        gateway = Wire.text(gateway);
        globalIpv6Address = Wire.text(globalIpv6Address);
        ipAddress = Wire.text(ipAddress);
        ipv6Gateway = Wire.text(ipv6Gateway);
        macAddress = Wire.text(macAddress);
        networks = Wire.map(networks);
    }

    /** A further address. */
    @WireRecord
    public record Address(String addr, int prefixLen) {
        public Address {
            addr = Wire.text(addr);
        }
    }
}
