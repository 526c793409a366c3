package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /networks/create}. */
@WireRecord
public record NetworkCreateRequest(
        String name,
        String driver,
        String scope,
        @JsonProperty("EnableIPv4") @Nullable Boolean enableIpv4,
        @JsonProperty("EnableIPv6") @Nullable Boolean enableIpv6,
        @JsonProperty("IPAM") @Nullable Ipam ipam,
        boolean internal,
        boolean attachable,
        boolean ingress,
        boolean configOnly,
        @Nullable ConfigReference configFrom,
        Map<String, String> options,
        Map<String, String> labels) {
    public NetworkCreateRequest {
        name = Wire.text(name);
        driver = Wire.text(driver);
        scope = Wire.text(scope);
        options = Wire.map(options);
        labels = Wire.map(labels);
    }

    /** The network whose configuration is taken. */
    @WireRecord
    public record ConfigReference(String network) {
        public ConfigReference {
            network = Wire.text(network);
        }
    }
}
