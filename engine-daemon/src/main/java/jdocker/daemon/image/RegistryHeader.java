package jdocker.daemon.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Base64;
import jdocker.daemon.http.Request;
import jdocker.image.RegistryCredentials;
import jdocker.oci.Json;

/** The header {@code X-Registry-Auth}: JSON in base64url. What cannot be read counts as no credentials, as in Docker. */
final class RegistryHeader {
    private static final int LONGEST = 64 * 1024;

    private RegistryHeader() {}

    static RegistryCredentials of(Request request) {
        return request.header("X-Registry-Auth")
                .filter(text -> text.length() < LONGEST)
                .map(RegistryHeader::parse)
                .orElse(RegistryCredentials.NONE);
    }

    static RegistryCredentials parse(String text) {
        try {
            // Some clients take the plain alphabet, some pad.
            String url =
                    text.replace('+', '-').replace('/', '_').replace("=", "").strip();
            JsonNode json = Json.mapperOfSpecs().readTree(Base64.getUrlDecoder().decode(url));
            if (json == null || !json.isObject()) {
                return RegistryCredentials.NONE;
            }
            return credentials(
                    json.path("username").asText(""),
                    json.path("password").asText(""),
                    json.path("auth").asText(""),
                    json.path("identitytoken").asText(""),
                    json.path("registrytoken").asText(""));
        } catch (IOException | IllegalArgumentException _) {
            return RegistryCredentials.NONE;
        }
    }

    /** @param auth user and password with a colon between them, in base64; counts where they are not given apart */
    static RegistryCredentials credentials(
            String username, String password, String auth, String identityToken, String registryToken) {
        if (username.isEmpty() && !auth.isEmpty()) {
            String pair = new String(Base64.getDecoder().decode(auth), java.nio.charset.StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                return new RegistryCredentials(
                        pair.substring(0, colon),
                        pair.substring(colon + 1).replaceAll("\0+$", ""),
                        identityToken,
                        registryToken);
            }
        }
        return new RegistryCredentials(username, password, identityToken, registryToken);
    }
}
