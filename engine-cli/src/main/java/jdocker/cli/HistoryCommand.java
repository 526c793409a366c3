package jdocker.cli;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code history}: the steps an image was made by. */
final class HistoryCommand extends Command {
    private static final List<Column> COLUMNS = List.of(
            new Column("Comment", "COMMENT"),
            new Column("CreatedAt", "CREATED AT"),
            new Column("CreatedBy", "CREATED BY"),
            new Column("CreatedSince", "CREATED"),
            new Column("ID", "IMAGE"),
            new Column("Size", "SIZE"));
    private static final int LONGEST = 45;

    private final Flag format = flags().string("format", Formats.FOR_LISTS);
    private final Flag human =
            flags().add(new Flag("human", 'H', FlagKind.BOOL, "true", "Print sizes and dates for people"));
    private final Flag noTrunc = flags().bool("no-trunc", "Don't truncate output");
    private final Flag quiet = flags().bool("quiet", 'q', "Only show image IDs");
    private final Flag platform = flags().string("platform", "Show history for the given platform");

    @Override
    String synopsis() {
        return "[OPTIONS] IMAGE";
    }

    @Override
    Arity arity() {
        return Arity.exactly(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        Listing listing = new Listing(session.out(), format.text(), COLUMNS);
        String path = "/images/" + Query.pathElement(arguments.getFirst()) + "/history";
        Query query = new Query().addText("platform", Platforms.json(platform.text()));
        List<Row> rows = new ArrayList<>();
        for (JsonObject step : Json.objects(session.engine().get(path, query))) {
            rows.add(new Row(step, session.invocation()));
        }
        if (quiet.isOn()) {
            rows.forEach(row -> session.out().line(row.id()));
            return 0;
        }
        List<String> usual = List.of("ID", human.isOn() ? "CreatedSince" : "CreatedAt", "CreatedBy", "Size", "Comment");
        listing.print(usual, rows);
        return 0;
    }

    private final class Row implements TemplateFields {
        private final JsonObject json;
        private final Invocation invocation;

        Row(JsonObject json, Invocation invocation) {
            this.json = json;
            this.invocation = invocation;
        }

        @Override
        public List<String> names() {
            return Listing.names(COLUMNS);
        }

        @Override
        public @Nullable Object field(String name) {
            return switch (name) {
                case "ID" -> id();
                case "CreatedAt" -> Text.rfc3339(json.number("Created"), ZoneOffset.UTC);
                case "CreatedSince" -> since();
                case "CreatedBy" -> createdBy();
                case "Size" -> human.isOn() ? Units.size(json.number("Size")) : String.valueOf(json.number("Size"));
                case "Comment" -> json.text("Comment");
                default -> null;
            };
        }

        String id() {
            String id = json.text("Id");
            return noTrunc.isOn() ? id : Text.shortId(id);
        }

        private String since() {
            long created = json.number("Created");
            long seconds = invocation.clock().instant().getEpochSecond() - created;
            return created <= 0 ? "N/A" : Durations.human(Duration.ofSeconds(seconds)) + " ago";
        }

        private String createdBy() {
            String command = json.text("CreatedBy").replace("\t", " ");
            return noTrunc.isOn() ? command : Text.ellipsis(command, LONGEST);
        }
    }
}
