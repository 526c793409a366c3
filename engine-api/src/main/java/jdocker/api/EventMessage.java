package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of {@code GET /events}; the first three are what clients before 1.22 read. */
@WireRecord
public record EventMessage(
        @JsonProperty("status") @OmitNull @Nullable String status,
        @JsonProperty("id") @OmitNull @Nullable String id,
        @JsonProperty("from") @OmitNull @Nullable String from,
        String type,
        String action,
        EventActor actor,
        @JsonProperty("scope") String scope,
        @JsonProperty("time") long time,
        @JsonProperty("timeNano") long timeNano) {
    public EventMessage {
        type = Wire.text(type);
        action = Wire.text(action);
        scope = Wire.text(scope);
    }

    /** What the event is about. */
    @WireRecord
    public record EventActor(@JsonProperty("ID") String id, Map<String, String> attributes) {
        public EventActor {
            id = Wire.text(id);
            attributes = Wire.map(attributes);
        }
    }
}
