package jdocker.daemon.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import jdocker.daemon.http.Request;
import jdocker.image.RegistryCredentials;
import jdocker.oci.Json;

/**
 * The header {@code X-Registry-Config}: a login for each of several registries, JSON in base64url. What cannot be read
 * counts as no credentials, as in Docker.
 */
final class RegistryConfigHeader {
    private static final int LONGEST = 512 * 1024;

    private final Map<String, RegistryCredentials> logins;

    private RegistryConfigHeader(Map<String, RegistryCredentials> logins) {
        this.logins = Map.copyOf(logins);
    }

    static RegistryConfigHeader of(Request request) {
        return request.header("X-Registry-Config")
                .filter(text -> text.length() < LONGEST)
                .map(RegistryConfigHeader::parse)
                .orElseGet(() -> new RegistryConfigHeader(Map.of()));
    }

    static RegistryConfigHeader parse(String text) {
        var logins = new HashMap<String, RegistryCredentials>();
        try {
            String url =
                    text.replace('+', '-').replace('/', '_').replace("=", "").strip();
            JsonNode json = Json.mapperOfSpecs().readTree(Base64.getUrlDecoder().decode(url));
            if (json != null) {
                json.properties()
                        .forEach(entry -> logins.put(
                                domain(entry.getKey()),
                                RegistryHeader.credentials(
                                        entry.getValue().path("username").asText(""),
                                        entry.getValue().path("password").asText(""),
                                        entry.getValue().path("auth").asText(""),
                                        entry.getValue().path("identitytoken").asText(""),
                                        entry.getValue().path("registrytoken").asText(""))));
            }
        } catch (IOException | IllegalArgumentException _) {
            // as if it had not come
        }
        return new RegistryConfigHeader(logins);
    }

    /** A key as clients have it, Docker Hub's with protocol and path, as images name the registry. */
    private static String domain(String key) {
        String host = key.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        return switch (host) {
            case "index.docker.io", "registry-1.docker.io" -> "docker.io";
            default -> host;
        };
    }

    /** For the registry that images name by this domain. */
    RegistryCredentials of(String domain) {
        return logins.getOrDefault(domain, RegistryCredentials.NONE);
    }
}
