package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cache and memory bandwidth of Intel RDT. */
public record LinuxIntelRdt(
        @JsonProperty("closID") @Nullable String closId,
        List<String> schemata,
        @Nullable String l3CacheSchema,
        @Nullable String memBwSchema,
        @JsonProperty("enableCMT") @Nullable Boolean enableCmt,
        @JsonProperty("enableMBM") @Nullable Boolean enableMbm,
        @Nullable Boolean enableMonitoring,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxIntelRdt {
        schemata = Absent.list(schemata);
        unknown = Absent.map(unknown);
    }

    public LinuxIntelRdt(
            @Nullable String closId,
            List<String> schemata,
            @Nullable String l3CacheSchema,
            @Nullable String memBwSchema,
            @Nullable Boolean enableCmt,
            @Nullable Boolean enableMbm,
            @Nullable Boolean enableMonitoring) {
        this(closId, schemata, l3CacheSchema, memBwSchema, enableCmt, enableMbm, enableMonitoring, Map.of());
    }
}
