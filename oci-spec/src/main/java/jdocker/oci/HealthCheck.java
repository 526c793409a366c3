package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How to probe a container; times in nanoseconds, {@code test} begins with NONE, CMD or CMD-SHELL. */
public record HealthCheck(
        @JsonProperty("Test") List<String> test,
        @JsonProperty("Interval") @Nullable Long interval,
        @JsonProperty("Timeout") @Nullable Long timeout,
        @JsonProperty("StartPeriod") @Nullable Long startPeriod,
        @JsonProperty("StartInterval") @Nullable Long startInterval,
        @JsonProperty("Retries") @Nullable Integer retries,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public HealthCheck {
        test = Absent.list(test);
        unknown = Absent.map(unknown);
    }

    public HealthCheck(
            List<String> test,
            @Nullable Long interval,
            @Nullable Long timeout,
            @Nullable Long startPeriod,
            @Nullable Long startInterval,
            @Nullable Integer retries) {
        this(test, interval, timeout, startPeriod, startInterval, retries, Map.of());
    }
}
