package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.Map;

/** Bytes or operations per second of one device. */
public record LinuxThrottleDevice(
        long major,
        long minor,

        @JsonSerialize(using = Unsigned.Writer.class) @JsonDeserialize(using = Unsigned.Reader.class)
        long rate,

        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxThrottleDevice {
        unknown = Absent.map(unknown);
    }

    public LinuxThrottleDevice(long major, long minor, long rate) {
        this(major, minor, rate, Map.of());
    }
}
