package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Block I/O weights (10 to 1000) and throttles. */
public record LinuxBlockIo(
        @Nullable Integer weight,
        @Nullable Integer leafWeight,
        List<LinuxWeightDevice> weightDevice,
        List<LinuxThrottleDevice> throttleReadBpsDevice,
        List<LinuxThrottleDevice> throttleWriteBpsDevice,
        @JsonProperty("throttleReadIOPSDevice") List<LinuxThrottleDevice> throttleReadIopsDevice,
        @JsonProperty("throttleWriteIOPSDevice") List<LinuxThrottleDevice> throttleWriteIopsDevice,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxBlockIo {
        weightDevice = Absent.list(weightDevice);
        throttleReadBpsDevice = Absent.list(throttleReadBpsDevice);
        throttleWriteBpsDevice = Absent.list(throttleWriteBpsDevice);
        throttleReadIopsDevice = Absent.list(throttleReadIopsDevice);
        throttleWriteIopsDevice = Absent.list(throttleWriteIopsDevice);
        unknown = Absent.map(unknown);
    }

    public LinuxBlockIo(
            @Nullable Integer weight,
            @Nullable Integer leafWeight,
            List<LinuxWeightDevice> weightDevice,
            List<LinuxThrottleDevice> throttleReadBpsDevice,
            List<LinuxThrottleDevice> throttleWriteBpsDevice,
            List<LinuxThrottleDevice> throttleReadIopsDevice,
            List<LinuxThrottleDevice> throttleWriteIopsDevice) {
        this(
                weight,
                leafWeight,
                weightDevice,
                throttleReadBpsDevice,
                throttleWriteBpsDevice,
                throttleReadIopsDevice,
                throttleWriteIopsDevice,
                Map.of());
    }
}
