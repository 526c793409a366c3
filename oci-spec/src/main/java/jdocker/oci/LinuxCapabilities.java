package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** The five capability sets of a process, as names such as {@code CAP_KILL}. */
public record LinuxCapabilities(
        List<String> bounding,
        List<String> effective,
        List<String> inheritable,
        List<String> permitted,
        List<String> ambient,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxCapabilities {
        bounding = Absent.list(bounding);
        effective = Absent.list(effective);
        inheritable = Absent.list(inheritable);
        permitted = Absent.list(permitted);
        ambient = Absent.list(ambient);
        unknown = Absent.map(unknown);
    }

    public LinuxCapabilities(
            List<String> bounding,
            List<String> effective,
            List<String> inheritable,
            List<String> permitted,
            List<String> ambient) {
        this(bounding, effective, inheritable, permitted, ambient, Map.of());
    }
}
