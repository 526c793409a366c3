package jdocker.api;

import org.jspecify.annotations.Nullable;

/** The body of {@code POST /networks/{id}/connect}. */
@WireRecord
public record NetworkConnectRequest(
        String container, @Nullable EndpointSettings endpointConfig) {
    public NetworkConnectRequest {
        container = Wire.text(container);
    }
}
