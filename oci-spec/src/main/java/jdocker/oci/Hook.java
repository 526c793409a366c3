package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One program of {@link Hooks}; the timeout is in seconds. */
public record Hook(
        String path,
        List<String> args,
        List<String> env,
        @Nullable Integer timeout,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public Hook {
        path = Absent.text(path);
        args = Absent.list(args);
        env = Absent.list(env);
        unknown = Absent.map(unknown);
    }

    public Hook(String path, List<String> args, List<String> env, @Nullable Integer timeout) {
        this(path, args, env, timeout, Map.of());
    }
}
