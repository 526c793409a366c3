package jdocker.api;

import java.util.List;

/** The answer to {@code GET /containers/{id}/top}. */
@WireRecord
public record TopResult(List<String> titles, List<List<String>> processes) {
    public TopResult {
        titles = Wire.list(titles);
        processes = Wire.list(processes);
    }
}
