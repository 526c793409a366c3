package jdocker.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of a listing as templates see it: named fields, computed when asked for. */
interface TemplateFields {
    /** The fields by name, sorted. */
    List<String> names();

    /** One field's value; only asked for {@link #names()}. */
    @Nullable
    Object field(String name);

    /** A field that takes an argument, such as {@code .Label "name"}; null when there is none of the name. */
    default @Nullable Object call(String name, List<@Nullable Object> arguments) {
        return null;
    }

    default void writeJson(StringBuilder out) {
        char separator = '{';
        for (String name : names()) {
            out.append(separator);
            separator = ',';
            JsonWriter.HTML_SAFE.writeText(out, name);
            out.append(':');
            JsonWriter.HTML_SAFE.write(out, field(name));
        }
        out.append('}');
    }
}
