package jdocker.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to {@code POST /containers/prune}; bytes. */
@WireRecord
public record ContainersPruned(@Nullable List<String> containersDeleted, long spaceReclaimed) {
    public ContainersPruned {
        containersDeleted = Wire.nullable(containersDeleted);
    }
}
