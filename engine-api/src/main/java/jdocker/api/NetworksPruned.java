package jdocker.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to {@code POST /networks/prune}: names. */
@WireRecord
public record NetworksPruned(@Nullable List<String> networksDeleted) {
    public NetworksPruned {
        networksDeleted = Wire.nullable(networksDeleted);
    }
}
