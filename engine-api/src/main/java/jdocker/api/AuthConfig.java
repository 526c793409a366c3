package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Credentials for a registry. */
@WireRecord
public record AuthConfig(
        @JsonProperty("username") String username,
        @JsonProperty("password") String password,
        @JsonProperty("auth") String auth,
        @JsonProperty("email") String email,
        @JsonProperty("serveraddress") String serverAddress,
        @JsonProperty("identitytoken") String identityToken,
        @JsonProperty("registrytoken") String registryToken) {
    public AuthConfig {
        username = Wire.text(username);
        password = Wire.text(password);
        auth = Wire.text(auth);
        email = Wire.text(email);
        serverAddress = Wire.text(serverAddress);
        identityToken = Wire.text(identityToken);
        registryToken = Wire.text(registryToken);
    }

    @Override
    public String toString() {
        return "AuthConfig[" + username + "@" + serverAddress + "]"; // never the secrets
    }
}
