package jdocker.api;

/** One host address and port of a published port. */
@WireRecord
public record PortBinding(String hostIp, String hostPort) {
    public PortBinding {
        hostIp = Wire.text(hostIp);
        hostPort = Wire.text(hostPort);
    }
}
