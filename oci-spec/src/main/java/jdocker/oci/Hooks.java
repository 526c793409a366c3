package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** Programs that run at set points of a container's life. */
public record Hooks(
        List<Hook> prestart,
        List<Hook> createRuntime,
        List<Hook> createContainer,
        List<Hook> startContainer,
        List<Hook> poststart,
        List<Hook> poststop,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public Hooks {
        prestart = Absent.list(prestart);
        createRuntime = Absent.list(createRuntime);
        createContainer = Absent.list(createContainer);
        startContainer = Absent.list(startContainer);
        poststart = Absent.list(poststart);
        poststop = Absent.list(poststop);
        unknown = Absent.map(unknown);
    }

    public Hooks(
            List<Hook> prestart,
            List<Hook> createRuntime,
            List<Hook> createContainer,
            List<Hook> startContainer,
            List<Hook> poststart,
            List<Hook> poststop) {
        this(prestart, createRuntime, createContainer, startContainer, poststart, poststop, Map.of());
    }
}
