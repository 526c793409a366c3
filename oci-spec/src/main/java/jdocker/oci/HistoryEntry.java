package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a layer came to be. */
public record HistoryEntry(
        @Nullable String created,
        @JsonProperty("created_by") @Nullable String createdBy,
        @Nullable String author,
        @Nullable String comment,
        @JsonProperty("empty_layer") @Nullable Boolean emptyLayer,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public HistoryEntry {
        unknown = Absent.map(unknown);
    }

    public HistoryEntry(
            @Nullable String created,
            @Nullable String createdBy,
            @Nullable String author,
            @Nullable String comment,
            @Nullable Boolean emptyLayer) {
        this(created, createdBy, author, comment, emptyLayer, Map.of());
    }
}
