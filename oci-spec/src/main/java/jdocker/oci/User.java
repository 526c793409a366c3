package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numeric owner of a process: looking names up is the daemon's part. */
public record User(
        long uid,
        long gid,
        @Nullable Integer umask,
        List<Long> additionalGids,
        @Nullable String username,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public User {
        additionalGids = Absent.list(additionalGids);
        unknown = Absent.map(unknown);
    }

    public User(long uid, long gid, @Nullable Integer umask, List<Long> additionalGids, @Nullable String username) {
        this(uid, gid, umask, additionalGids, username, Map.of());
    }

    /** User and group 0 without further groups. */
    public static final User ROOT = of(0, 0);

    public static User of(long uid, long gid) {
        return new User(uid, gid, null, List.of(), null);
    }
}
