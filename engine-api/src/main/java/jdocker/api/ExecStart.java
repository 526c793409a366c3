package jdocker.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /exec/{id}/start}. */
@WireRecord
public record ExecStart(
        boolean detach, boolean tty, @OmitEmpty @Nullable List<Integer> consoleSize) {
    public ExecStart {
        consoleSize = Wire.nullable(consoleSize);
    }
}
