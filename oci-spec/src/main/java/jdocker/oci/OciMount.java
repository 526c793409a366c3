package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One mount within the container; options are the words of {@code mount(8)} and those of the type. */
public record OciMount(
        String destination,
        @Nullable String type,
        @Nullable String source,
        List<String> options,
        List<LinuxIdMapping> uidMappings,
        List<LinuxIdMapping> gidMappings,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public OciMount {
        destination = Absent.text(destination);
        options = Absent.list(options);
        uidMappings = Absent.list(uidMappings);
        gidMappings = Absent.list(gidMappings);
        unknown = Absent.map(unknown);
    }

    public OciMount(
            String destination,
            @Nullable String type,
            @Nullable String source,
            List<String> options,
            List<LinuxIdMapping> uidMappings,
            List<LinuxIdMapping> gidMappings) {
        this(destination, type, source, options, uidMappings, gidMappings, Map.of());
    }
}
