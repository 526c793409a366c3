package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code search}: finds images in a registry that can search, which is Docker Hub above all. */
final class SearchCommand extends Command {
    private static final List<Column> COLUMNS = List.of(
            new Column("Name", "NAME"),
            new Column("Description", "DESCRIPTION"),
            new Column("StarCount", "STARS"),
            new Column("IsOfficial", "OFFICIAL"));
    private static final int LONGEST = 45;

    private final Flag filter =
            flags().of(FlagKind.STRINGS, "filter", 'f', "Filter output based on conditions provided");
    private final Flag format = flags().string("format", "Pretty-print search using a Go template");
    private final Flag limit = flags().string("limit", "Max number of search results");
    private final Flag noTrunc = flags().bool("no-trunc", "Don't truncate output");

    @Override
    String synopsis() {
        return "[OPTIONS] TERM";
    }

    @Override
    Arity arity() {
        return Arity.exactly(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        Listing listing = new Listing(session.out(), format.text(), COLUMNS);
        String term = arguments.getFirst();
        int slash = term.indexOf('/');
        String first = slash < 0 ? "" : term.substring(0, slash);
        String domain = first.contains(".") || first.contains(":") || first.equals("localhost") ? first : "docker.io";
        Query query = new Query().add("term", term).addText("limit", limit.text());
        Filters.of(filter).addTo(query);
        Map<String, String> headers =
                Map.of("X-Registry-Auth", new RegistryLogins(session).of(domain).header());
        List<Row> rows = new ArrayList<>();
        try (Engine.Answer answer = session.engine().open("GET", "/images/search", query, headers, null)) {
            for (JsonObject found : Json.objects(answer.all())) {
                rows.add(new Row(found));
            }
        }
        listing.print(List.of("Name", "Description", "StarCount", "IsOfficial"), rows);
        return 0;
    }

    private final class Row implements TemplateFields {
        private final JsonObject json;

        Row(JsonObject json) {
            this.json = json;
        }

        @Override
        public List<String> names() {
            return Listing.names(COLUMNS);
        }

        @Override
        public @Nullable Object field(String name) {
            return switch (name) {
                case "Name" -> json.text("name");
                case "Description" -> description();
                case "StarCount" -> String.valueOf(json.number("star_count"));
                case "IsOfficial" -> json.flag("is_official") ? "[OK]" : "";
                default -> null;
            };
        }

        private String description() {
            String text = json.text("description").replaceAll("[\r\n]+", " ");
            boolean cut = !noTrunc.isOn() && text.length() > LONGEST;
            return cut ? text.substring(0, LONGEST - 1) + "…" : text;
        }
    }
}
