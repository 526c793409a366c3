package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A test of one argument (0 to 5) of a system call; values are unsigned. */
public record LinuxSeccompArg(
        int index,

        @JsonSerialize(using = Unsigned.Writer.class) @JsonDeserialize(using = Unsigned.Reader.class)
        long value,

        @JsonSerialize(using = Unsigned.Writer.class) @JsonDeserialize(using = Unsigned.Reader.class) @Nullable
        Long valueTwo,

        String op,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxSeccompArg {
        op = Absent.text(op);
        unknown = Absent.map(unknown);
    }

    public LinuxSeccompArg(int index, long value, @Nullable Long valueTwo, String op) {
        this(index, value, valueTwo, op, Map.of());
    }
}
