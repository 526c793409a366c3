package jdocker.api;

import java.util.List;

/** The answer to {@code POST /containers/{id}/update}. */
@WireRecord
public record ContainerUpdated(List<String> warnings) {
    public ContainerUpdated {
        warnings = Wire.list(warnings);
    }
}
