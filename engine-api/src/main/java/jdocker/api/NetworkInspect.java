package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/** A network, in lists and alone. */
@WireRecord
public record NetworkInspect(
        String name,
        String id,
        String created,
        String scope,
        String driver,
        @JsonProperty("EnableIPv4") boolean enableIpv4,
        @JsonProperty("EnableIPv6") boolean enableIpv6,
        @JsonProperty("IPAM") Ipam ipam,
        boolean internal,
        boolean attachable,
        boolean ingress,
        NetworkCreateRequest.ConfigReference configFrom,
        boolean configOnly,
        Map<String, EndpointResource> containers,
        Map<String, String> options,
        Map<String, String> labels) {
    public NetworkInspect {
        name = Wire.text(name);
        id = Wire.text(id);
        created = Wire.text(created);
        scope = Wire.text(scope);
        driver = Wire.text(driver);
        containers = Wire.map(containers);
        options = Wire.map(options);
        labels = Wire.map(labels);
    }

    /** A container on the network; addresses with their prefix, empty when there is none. */
    @WireRecord
    public record EndpointResource(
            String name,
            @JsonProperty("EndpointID") String endpointId,
            String macAddress,
            @JsonProperty("IPv4Address") String ipv4Address,
            @JsonProperty("IPv6Address") String ipv6Address) {
        public EndpointResource {
            name = Wire.text(name);
            endpointId = Wire.text(endpointId);
            macAddress = Wire.text(macAddress);
            ipv4Address = Wire.text(ipv4Address);
            ipv6Address = Wire.text(ipv6Address);
        }
    }
}
