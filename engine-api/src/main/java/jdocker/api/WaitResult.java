package jdocker.api;

import org.jspecify.annotations.Nullable;

/** The answer to {@code POST /containers/{id}/wait}. */
@WireRecord
public record WaitResult(int statusCode, @OmitNull @Nullable WaitError error) {

    /** Why the wait failed. */
    @WireRecord
    public record WaitError(String message) {
        public WaitError {
            message = Wire.text(message);
        }
    }
}
