package jdocker.api;

/** The body of {@code POST /networks/{id}/disconnect}. */
@WireRecord
public record NetworkDisconnectRequest(String container, boolean force) {
    public NetworkDisconnectRequest {
        container = Wire.text(container);
    }
}
