package jdocker.api;

/** Block I/O weight of one device. */
@WireRecord
public record WeightDevice(String path, int weight) {
    public WeightDevice {
        path = Wire.text(path);
    }
}
