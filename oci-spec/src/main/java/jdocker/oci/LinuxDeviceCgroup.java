package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rule about device nodes; absent numbers stand for all, access is made of {@code r}, {@code w} and {@code m}. */
public record LinuxDeviceCgroup(
        boolean allow,
        @Nullable String type,
        @Nullable Long major,
        @Nullable Long minor,
        @Nullable String access,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxDeviceCgroup {
        unknown = Absent.map(unknown);
    }

    public LinuxDeviceCgroup(
            boolean allow, @Nullable String type, @Nullable Long major, @Nullable Long minor, @Nullable String access) {
        this(allow, type, major, minor, access, Map.of());
    }
}
