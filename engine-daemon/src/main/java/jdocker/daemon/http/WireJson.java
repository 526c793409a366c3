package jdocker.daemon.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON as it goes over the wire; the rules are those of {@link jdocker.api.WireJson}. */
final class WireJson {
    private static final ObjectMapper MAPPER = jdocker.api.WireJson.newMapper();

    private WireJson() {}

    static ObjectMapper mapper() {
        return MAPPER;
    }

    /** What is wrong with a client's JSON, without the names of our classes. */
    static String complaint(JsonProcessingException e) {
        String text = String.valueOf(e.getOriginalMessage());
        if (!(e instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
            return "invalid JSON: " + text;
        }
        var path = new StringBuilder();
        mapping.getPath()
                .forEach(part -> path.append(
                        part.getFieldName() != null
                                ? (path.isEmpty() ? "" : ".") + part.getFieldName()
                                : "[" + part.getIndex() + "]"));
        return "invalid JSON: " + path + ": " + text;
    }
}
