package jdocker.api;

import java.util.Map;

/** Log driver and its options. */
@WireRecord
public record LogConfig(String type, Map<String, String> config) {
    public LogConfig {
        type = Wire.text(type);
        config = Wire.map(config);
    }

    static final LogConfig NONE = new LogConfig("", Map.of());
}
