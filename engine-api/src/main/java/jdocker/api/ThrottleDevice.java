package jdocker.api;

/** Block I/O limit of one device, in bytes or operations per second. */
@WireRecord
public record ThrottleDevice(String path, long rate) {
    public ThrottleDevice {
        path = Wire.text(path);
    }
}
