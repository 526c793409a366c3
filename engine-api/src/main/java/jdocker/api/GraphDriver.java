package jdocker.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the storage driver keeps the layers of a container or image. */
@WireRecord
public record GraphDriver(@Nullable Map<String, String> data, String name) {
    public GraphDriver {
        data = Wire.nullable(data);
        name = Wire.text(name);
    }
}
