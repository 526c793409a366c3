package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A mount as a container has it. */
@WireRecord
public record MountPoint(
        @OmitEmpty String type,
        @OmitEmpty String name,
        String source,
        String destination,
        @OmitEmpty String driver,
        String mode,
        @JsonProperty("RW") boolean rw,
        String propagation) {
    public MountPoint {
        type = Wire.text(type);
        name = Wire.text(name);
        source = Wire.text(source);
        destination = Wire.text(destination);
        driver = Wire.text(driver);
        mode = Wire.text(mode);
        propagation = Wire.text(propagation);
    }
}
