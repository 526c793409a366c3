package jdocker.image;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jdocker.oci.Json;

/** What registries say when they refuse: the distribution specification's list of codes, or anything else. */
final class RegistryErrors {
    private static final int LONGEST = 500;

    private RegistryErrors() {}

    /** In Docker's form, such as {@code manifest unknown: manifest unknown}; the status where there is nothing else. */
    static String text(int status, byte[] body) {
        var texts = new ArrayList<String>();
        for (JsonNode error : errors(body)) {
            String code = error.path("code").asText("").replace('_', ' ').toLowerCase(Locale.ROOT);
            String message = error.path("message").asText("");
            texts.add(code + (message.isEmpty() ? "" : ": " + message));
        }
        if (!texts.isEmpty()) {
            return shown(String.join(", ", texts));
        }
        String plain = shown(new String(body, StandardCharsets.UTF_8).strip());
        return "status " + status + (plain.isEmpty() ? "" : ": " + plain);
    }

    /** Whether a code, such as {@code MANIFEST_UNKNOWN}, is among the errors. */
    static boolean has(byte[] body, String code) {
        return errors(body).stream()
                .anyMatch(error -> error.path("code").asText("").equals(code));
    }

    private static List<JsonNode> errors(byte[] body) {
        try {
            JsonNode document = Json.mapperOfSpecs().readTree(body);
            var errors = new ArrayList<JsonNode>();
            if (document != null) {
                document.path("errors").forEach(errors::add);
            }
            return errors;
        } catch (JacksonException _) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fit for a message. */
    static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}+", " ");
        return plain.length() > LONGEST ? plain.substring(0, LONGEST) + "..." : plain;
    }
}
