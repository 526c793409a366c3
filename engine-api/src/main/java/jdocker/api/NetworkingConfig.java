package jdocker.api;

import java.util.Map;

/** The networks a new container joins. */
@WireRecord
public record NetworkingConfig(Map<String, EndpointSettings> endpointsConfig) {
    public NetworkingConfig {
        endpointsConfig = Wire.map(endpointsConfig);
    }
}
