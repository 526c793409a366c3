package jdocker.cli;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What is known of a user at one registry; empty parts are absent. */
record RegistryLogin(String registry, String username, String password, String identityToken) {

    /** The header by which the daemon learns of it. */
    String header() {
        return encoded(json());
    }

    static String encoded(JsonObject object) {
        return Base64.getUrlEncoder().encodeToString(Json.write(object).getBytes(StandardCharsets.UTF_8));
    }

    /** Without members when there is no login. */
    JsonObject json() {
        JsonObject auth = new JsonObject();
        if (!username.isEmpty()) {
            auth.with("username", username).with("password", password);
        }
        if (!identityToken.isEmpty()) {
            auth.with("identitytoken", identityToken);
        }
        if (!auth.fields().isEmpty()) {
            auth.with("serveraddress", registry);
        }
        return auth;
    }

    @Override
    public String toString() {
        return "RegistryLogin[" + username + "@" + registry + "]"; // never the secrets
    }
}
