package jdocker.api;

import java.util.List;

/** The answer to {@code POST /containers/create}. */
@WireRecord
public record ContainerCreated(String id, List<String> warnings) {
    public ContainerCreated {
        id = Wire.text(id);
        warnings = Wire.list(warnings);
    }
}
