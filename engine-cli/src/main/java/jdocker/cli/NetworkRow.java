package jdocker.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A network in the list. */
final class NetworkRow implements TemplateFields {
    static final List<Column> COLUMNS = List.of(
            new Column("CreatedAt", "CREATED AT"),
            new Column("Driver", "DRIVER"),
            new Column("ID", "NETWORK ID"),
            new Column("IPv4", "IPV4"),
            new Column("IPv6", "IPV6"),
            new Column("Internal", "INTERNAL"),
            new Column("Labels", "LABELS"),
            new Column("Name", "NAME"),
            new Column("Scope", "SCOPE"));
    static final List<String> USUAL = List.of("ID", "Name", "Driver", "Scope");
    private static final List<String> NAMES = Listing.names(COLUMNS);

    private final JsonObject json;
    private final boolean whole;

    NetworkRow(JsonObject json, boolean whole) {
        this.json = json;
        this.whole = whole;
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public @Nullable Object field(String name) {
        return switch (name) {
            case "ID" -> id();
            case "Name" -> json.text("Name");
            case "Driver" -> json.text("Driver");
            case "Scope" -> json.text("Scope");
            case "IPv4" -> String.valueOf(json.flag("EnableIPv4"));
            case "IPv6" -> String.valueOf(json.flag("EnableIPv6"));
            case "Internal" -> String.valueOf(json.flag("Internal"));
            case "Labels" -> Text.pairs(json.object("Labels"));
            case "CreatedAt" -> Text.goInstant(json.text("Created"));
            default -> null;
        };
    }

    @Override
    public @Nullable Object call(String name, List<@Nullable Object> arguments) {
        return name.equals("Label") && arguments.size() == 1
                ? json.object("Labels").text(String.valueOf(arguments.getFirst()))
                : null;
    }

    String id() {
        return whole ? json.text("Id") : Text.shortId(json.text("Id"));
    }
}
