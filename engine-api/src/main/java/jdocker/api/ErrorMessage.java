package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The body of every error. */
@WireRecord
public record ErrorMessage(@JsonProperty("message") String message) {
    public ErrorMessage {
        message = Wire.text(message);
    }
}
