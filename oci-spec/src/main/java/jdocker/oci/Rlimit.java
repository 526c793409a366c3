package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.Map;

/** One resource limit; {@code type} is a name such as {@code RLIMIT_NOFILE}, the values are unsigned, all ones is no limit. */
public record Rlimit(
        String type,

        @JsonSerialize(using = Unsigned.Writer.class) @JsonDeserialize(using = Unsigned.Reader.class)
        long hard,

        @JsonSerialize(using = Unsigned.Writer.class) @JsonDeserialize(using = Unsigned.Reader.class)
        long soft,

        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public Rlimit {
        type = Absent.text(type);
        unknown = Absent.map(unknown);
    }

    public Rlimit(String type, long hard, long soft) {
        this(type, hard, soft, Map.of());
    }
}
