package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** Digests of the uncompressed layers, lowest first. */
public record LayerDigests(
        String type,
        @JsonProperty("diff_ids") List<Digest> diffIds,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LayerDigests {
        type = Absent.text(type);
        diffIds = Absent.list(diffIds);
        unknown = Absent.map(unknown);
    }

    public LayerDigests(String type, List<Digest> diffIds) {
        this(type, diffIds, Map.of());
    }

    public static LayerDigests of(List<Digest> diffIds) {
        return new LayerDigests("layers", diffIds);
    }
}
