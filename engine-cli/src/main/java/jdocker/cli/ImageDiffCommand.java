package jdocker.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code image diff}: in what one image differs from another, file by file. Docker has no such command. */
final class ImageDiffCommand extends Command {
    private static final String KINDS = "CAD";

    private final Flag format = flags().string("format", 'f', Formats.FOR_OBJECTS);
    private final Flag filesOnly = flags().bool("files", "Leave out the configuration");

    @Override
    String synopsis() {
        return "[OPTIONS] IMAGE OTHER_IMAGE";
    }

    @Override
    Arity arity() {
        return Arity.exactly(2);
    }

    @Override
    int run(Session session, List<String> arguments) {
        String path = "/images/" + Query.pathElement(arguments.get(0)) + "/diff";
        byte[] answer = session.engine().get(path, new Query().add("other", arguments.get(1)));
        JsonObject difference = Json.object(answer);
        if (!format.text().isEmpty()) {
            boolean json = format.text().equals("json");
            session.out()
                    .line(
                            json
                                    ? Json.write(difference)
                                    : Template.parse(format.text(), new OptionalFields())
                                            .execute(difference));
            return 0;
        }
        print(session.out(), difference);
        return 0;
    }

    private void print(Output out, JsonObject difference) {
        long[] counts = new long[KINDS.length()];
        Table table = new Table(0, 2);
        for (JsonObject file : difference.objects("Files")) {
            int kind = (int) file.number("Kind");
            counts[kind]++;
            table.add(KINDS.charAt(kind) + " " + file.text("Path"), sizes(kind, file));
        }
        table.print(out);
        out.line(counts[1] + " added, " + counts[0] + " changed, " + counts[2] + " removed; size "
                + (difference.number("Size") < 0 ? "" : "+") + Units.size(difference.number("Size")) + "; "
                + difference.number("SharedLayers") + " layers in common");
        if (filesOnly.isOn()) {
            return;
        }
        for (JsonObject item : difference.objects("Config")) {
            out.line(item.text("Name") + ": " + shown(item.get("OldValue")) + " -> " + shown(item.get("NewValue")));
        }
    }

    private static String sizes(int kind, JsonObject file) {
        String before = Units.size(file.number("OldSize"));
        String after = Units.size(file.number("NewSize"));
        return switch (kind) {
            case 1 -> after;
            case 2 -> before;
            default -> before.equals(after) ? after : before + " -> " + after;
        };
    }

    private static String shown(@Nullable Object value) {
        StringBuilder text = new StringBuilder();
        JsonWriter.HTML_SAFE.write(text, value);
        return value == null ? "(none)" : text.toString();
    }
}
