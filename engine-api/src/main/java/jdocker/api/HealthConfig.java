package jdocker.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How health is probed; durations in nanoseconds, 0 means the default. */
@WireRecord
public record HealthConfig(
        @OmitEmpty @Nullable List<String> test,
        @OmitEmpty long interval,
        @OmitEmpty long timeout,
        @OmitEmpty long startPeriod,
        @OmitEmpty long startInterval,
        @OmitEmpty int retries) {
    public HealthConfig {
        test = Wire.nullable(test);
    }
}
