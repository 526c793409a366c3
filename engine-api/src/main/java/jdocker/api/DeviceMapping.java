package jdocker.api;

/** A device of the host made visible in the container. */
@WireRecord
public record DeviceMapping(String pathOnHost, String pathInContainer, String cgroupPermissions) {
    public DeviceMapping {
        pathOnHost = Wire.text(pathOnHost);
        pathInContainer = Wire.text(pathInContainer);
        cgroupPermissions = Wire.text(cgroupPermissions);
    }
}
