package jdocker.api;

/** An answer that carries an id alone. */
@WireRecord
public record IdResponse(String id) {
    public IdResponse {
        id = Wire.text(id);
    }
}
