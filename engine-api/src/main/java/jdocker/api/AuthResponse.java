package jdocker.api;

/** The answer to {@code POST /auth}. */
@WireRecord
public record AuthResponse(String status, String identityToken) {
    public AuthResponse {
        status = Wire.text(status);
        identityToken = Wire.text(identityToken);
    }
}
