package jdocker.daemon.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;

/** JSON as it goes over the wire; the rules are those of {@link jdocker.api.WireJson}. */
final class WireJson {
    private static final ObjectMapper MAPPER = jdocker.api.WireJson.newMapper();

    private WireJson() {}

    static ObjectMapper mapper() {
        return MAPPER;
    }

    /** What is wrong with a client's JSON, without the names of our classes. */
    static String complaint(JsonProcessingException e) {
        if (!(e instanceof JsonMappingException mapping)) {
            return "invalid JSON: " + e.getOriginalMessage();
        }
        var path = new StringBuilder();
        for (JsonMappingException.Reference part : mapping.getPath()) {
            String name = part.getFieldName();
            path.append(name == null ? "[" + part.getIndex() + "]" : path.isEmpty() ? name : "." + name);
        }
        String where = path.isEmpty() ? "" : path + ": ";
        if (e instanceof MismatchedInputException) {
            boolean trailing = e.getOriginalMessage().startsWith("Trailing token");
            return "invalid JSON: " + where + (trailing ? "unexpected content after JSON" : "wrong type of value");
        }
        Throwable cause = e.getCause();
        return "invalid JSON: " + where + (cause == null ? e.getOriginalMessage() : cause.getMessage());
    }
}
