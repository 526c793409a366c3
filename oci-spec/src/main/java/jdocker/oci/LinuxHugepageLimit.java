package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.Map;

/** Bytes of huge pages of one size, such as {@code 2MB}. */
public record LinuxHugepageLimit(
        String pageSize,

        @JsonSerialize(using = Unsigned.Writer.class) @JsonDeserialize(using = Unsigned.Reader.class)
        long limit,

        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxHugepageLimit {
        pageSize = Absent.text(pageSize);
        unknown = Absent.map(unknown);
    }

    public LinuxHugepageLimit(String pageSize, long limit) {
        this(pageSize, limit, Map.of());
    }
}
