package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A device node to make; type {@code c}, {@code b}, {@code u} or {@code p}. */
public record LinuxDevice(
        String path,
        String type,
        long major,
        long minor,
        @Nullable Integer fileMode,
        @Nullable Long uid,
        @Nullable Long gid,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxDevice {
        path = Absent.text(path);
        type = Absent.text(type);
        unknown = Absent.map(unknown);
    }

    public LinuxDevice(
            String path,
            String type,
            long major,
            long minor,
            @Nullable Integer fileMode,
            @Nullable Long uid,
            @Nullable Long gid) {
        this(path, type, major, minor, fileMode, uid, gid, Map.of());
    }
}
