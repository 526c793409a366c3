package jdocker.api;

import java.util.List;

/** State of the health check. */
@WireRecord
public record Health(String status, int failingStreak, List<HealthLogEntry> log) {
    public Health {
        status = Wire.text(status);
        log = Wire.list(log);
    }

    /** One probe. */
    @WireRecord
    public record HealthLogEntry(String start, String end, int exitCode, String output) {
        public HealthLogEntry {
            start = Wire.text(start);
            end = Wire.text(end);
            output = Wire.text(output);
        }
    }
}
