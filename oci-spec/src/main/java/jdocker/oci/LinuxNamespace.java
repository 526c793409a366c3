package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A namespace to make ({@code path} absent) or to join; the type is a word such as {@code network}. */
public record LinuxNamespace(
        String type,
        @Nullable String path,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxNamespace {
        type = Absent.text(type);
        unknown = Absent.map(unknown);
    }

    public LinuxNamespace(String type, @Nullable String path) {
        this(type, path, Map.of());
    }

    public static final String PID = "pid";
    public static final String NETWORK = "network";
    public static final String MOUNT = "mount";
    public static final String IPC = "ipc";
    public static final String UTS = "uts";
    public static final String USER = "user";
    public static final String CGROUP = "cgroup";
    public static final String TIME = "time";

    /** One to be made with the container. */
    public static LinuxNamespace fresh(String type) {
        return new LinuxNamespace(type, null);
    }
}
