package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a network's addresses come from. */
@WireRecord
public record Ipam(String driver, @Nullable Map<String, String> options, List<IpamConfig> config) {
    public Ipam {
        driver = Wire.text(driver);
        options = Wire.nullable(options);
        config = Wire.list(config);
    }

    /** One subnet; what is empty is chosen by the engine. */
    @WireRecord
    public record IpamConfig(
            @OmitEmpty String subnet,
            @JsonProperty("IPRange") @OmitEmpty String ipRange,
            @OmitEmpty String gateway,

            @JsonProperty("AuxiliaryAddresses") @OmitEmpty @Nullable
            Map<String, String> auxiliaryAddresses) {
        public IpamConfig {
            subnet = Wire.text(subnet);
            ipRange = Wire.text(ipRange);
            gateway = Wire.text(gateway);
            auxiliaryAddresses = Wire.nullable(auxiliaryAddresses);
        }
    }
}
