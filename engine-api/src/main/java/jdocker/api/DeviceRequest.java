package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request for devices that a driver finds (such as GPUs). */
@WireRecord
public record DeviceRequest(
        String driver,
        int count,
        @JsonProperty("DeviceIDs") @Nullable List<String> deviceIds,
        @Nullable List<List<String>> capabilities,
        @Nullable Map<String, String> options) {
    public DeviceRequest {
        driver = Wire.text(driver);
        deviceIds = Wire.nullable(deviceIds);
        capabilities = Wire.nullable(capabilities);
        options = Wire.nullable(options);
    }
}
