package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A port in the list of containers. */
@WireRecord
public record Port(
        @JsonProperty("IP") @OmitEmpty String ip,
        int privatePort,
        @OmitEmpty int publicPort,
        String type) {
    public Port {
        ip = Wire.text(ip);
        type = Wire.text(type);
    }
}
