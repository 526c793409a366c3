package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container's place in one network. */
@WireRecord
public record EndpointSettings(
        @JsonProperty("IPAMConfig") @Nullable EndpointIpamConfig ipamConfig,
        @Nullable List<String> links,
        @Nullable List<String> aliases,
        String macAddress,
        @Nullable Map<String, String> driverOpts,
        int gwPriority,
        @JsonProperty("NetworkID") String networkId,
        @JsonProperty("EndpointID") String endpointId,
        String gateway,
        @JsonProperty("IPAddress") String ipAddress,
        @JsonProperty("IPPrefixLen") int ipPrefixLen,
        @JsonProperty("IPv6Gateway") String ipv6Gateway,
        @JsonProperty("GlobalIPv6Address") String globalIpv6Address,
        @JsonProperty("GlobalIPv6PrefixLen") int globalIpv6PrefixLen,
        @JsonProperty("DNSNames") @Nullable List<String> dnsNames) {
    public EndpointSettings {
        links = Wire.nullable(links);
        aliases = Wire.nullable(aliases);
        macAddress = Wire.text(macAddress);
        driverOpts = Wire.nullable(driverOpts);
        networkId = Wire.text(networkId);
        endpointId = Wire.text(endpointId);
        gateway = Wire.text(gateway);
        ipAddress = Wire.text(ipAddress);
        ipv6Gateway = Wire.text(ipv6Gateway);
        globalIpv6Address = Wire.text(globalIpv6Address);
        dnsNames = Wire.nullable(dnsNames);
    }

    /** A record in which nothing is set. */
    public static EndpointSettings empty() {
        return new Builder().build();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        var b = new Builder();
        b.ipamConfig = ipamConfig;
        b.links = links;
        b.aliases = aliases;
        b.macAddress = macAddress;
        b.driverOpts = driverOpts;
        b.gwPriority = gwPriority;
        b.networkId = networkId;
        b.endpointId = endpointId;
        b.gateway = gateway;
        b.ipAddress = ipAddress;
        b.ipPrefixLen = ipPrefixLen;
        b.ipv6Gateway = ipv6Gateway;
        b.globalIpv6Address = globalIpv6Address;
        b.globalIpv6PrefixLen = globalIpv6PrefixLen;
        b.dnsNames = dnsNames;
        return b;
    }

    /** Addresses asked for. */
    @WireRecord
    public record EndpointIpamConfig(
            @JsonProperty("IPv4Address") @OmitEmpty String ipv4Address,
            @JsonProperty("IPv6Address") @OmitEmpty String ipv6Address,

            @JsonProperty("LinkLocalIPs") @OmitEmpty @Nullable
            List<String> linkLocalIps) {
        public EndpointIpamConfig {
            ipv4Address = Wire.text(ipv4Address);
            ipv6Address = Wire.text(ipv6Address);
            linkLocalIps = Wire.nullable(linkLocalIps);
        }
    }

    /** Sets parts of a {@link EndpointSettings}; what is not set stays empty. */
    public static final class Builder {
        private @Nullable EndpointIpamConfig ipamConfig;
        private @Nullable List<String> links;
        private @Nullable List<String> aliases;
        private String macAddress = "";
        private @Nullable Map<String, String> driverOpts;
        private int gwPriority;
        private String networkId = "";
        private String endpointId = "";
        private String gateway = "";
        private String ipAddress = "";
        private int ipPrefixLen;
        private String ipv6Gateway = "";
        private String globalIpv6Address = "";
        private int globalIpv6PrefixLen;
        private @Nullable List<String> dnsNames;

        public Builder ipamConfig(@Nullable EndpointIpamConfig ipamConfig) {
            this.ipamConfig = ipamConfig;
            return this;
        }

        public Builder links(@Nullable List<String> links) {
            this.links = links;
            return this;
        }

        public Builder aliases(@Nullable List<String> aliases) {
            this.aliases = aliases;
            return this;
        }

        public Builder macAddress(String macAddress) {
            this.macAddress = macAddress;
            return this;
        }

        public Builder driverOpts(@Nullable Map<String, String> driverOpts) {
            this.driverOpts = driverOpts;
            return this;
        }

        public Builder gwPriority(int gwPriority) {
            this.gwPriority = gwPriority;
            return this;
        }

        public Builder networkId(String networkId) {
            this.networkId = networkId;
            return this;
        }

        public Builder endpointId(String endpointId) {
            this.endpointId = endpointId;
            return this;
        }

        public Builder gateway(String gateway) {
            this.gateway = gateway;
            return this;
        }

        public Builder ipAddress(String ipAddress) {
            this.ipAddress = ipAddress;
            return this;
        }

        public Builder ipPrefixLen(int ipPrefixLen) {
            this.ipPrefixLen = ipPrefixLen;
            return this;
        }

        public Builder ipv6Gateway(String ipv6Gateway) {
            this.ipv6Gateway = ipv6Gateway;
            return this;
        }

        public Builder globalIpv6Address(String globalIpv6Address) {
            this.globalIpv6Address = globalIpv6Address;
            return this;
        }

        public Builder globalIpv6PrefixLen(int globalIpv6PrefixLen) {
            this.globalIpv6PrefixLen = globalIpv6PrefixLen;
            return this;
        }

        public Builder dnsNames(@Nullable List<String> dnsNames) {
            this.dnsNames = dnsNames;
            return this;
        }

        public EndpointSettings build() {
            return new EndpointSettings(
                    ipamConfig,
                    links,
                    aliases,
                    macAddress,
                    driverOpts,
                    gwPriority,
                    networkId,
                    endpointId,
                    gateway,
                    ipAddress,
                    ipPrefixLen,
                    ipv6Gateway,
                    globalIpv6Address,
                    globalIpv6PrefixLen,
                    dnsNames);
        }
    }
}
