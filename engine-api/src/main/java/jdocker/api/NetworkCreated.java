package jdocker.api;

/** The answer to {@code POST /networks/create}. */
@WireRecord
public record NetworkCreated(String id, String warning) {
    public NetworkCreated {
        id = Wire.text(id);
        warning = Wire.text(warning);
    }
}
