package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Limits of one RDMA device. */
public record LinuxRdma(
        @Nullable Long hcaHandles,
        @Nullable Long hcaObjects,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxRdma {
        unknown = Absent.map(unknown);
    }

    public LinuxRdma(@Nullable Long hcaHandles, @Nullable Long hcaObjects) {
        this(hcaHandles, hcaObjects, Map.of());
    }
}
