package jdocker.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An image in the list: one row for each of its names. */
final class ImageRow implements TemplateFields {
    static final List<Column> COLUMNS = List.of(
            new Column("Containers", "CONTAINERS"),
            new Column("CreatedAt", "CREATED AT"),
            new Column("CreatedSince", "CREATED"),
            new Column("Digest", "DIGEST"),
            new Column("ID", "IMAGE ID"),
            new Column("Repository", "REPOSITORY"),
            new Column("SharedSize", "SHARED SIZE"),
            new Column("Size", "SIZE"),
            new Column("Tag", "TAG"),
            new Column("UniqueSize", "UNIQUE SIZE"),
            new Column("VirtualSize", "SIZE"));
    private static final List<String> NAMES = Listing.names(COLUMNS);
    private static final String NONE = "<none>";

    private final JsonObject json;
    private final String repository;
    private final String tag;
    private final String digest;
    private final boolean whole;
    private final Invocation invocation;

    private ImageRow(
            JsonObject json, String repository, String tag, String digest, boolean whole, Invocation invocation) {
        this.json = json;
        this.repository = repository;
        this.tag = tag;
        this.digest = digest;
        this.whole = whole;
        this.invocation = invocation;
    }

    /** The rows of one image; with digests, one for each pair of a tag and a digest of the same repository. */
    static List<ImageRow> of(JsonObject json, boolean digests, boolean whole, Invocation invocation) {
        Map<String, List<String>> tags = new LinkedHashMap<>();
        Map<String, List<String>> digestsOf = new LinkedHashMap<>();
        collect(json.texts("RepoTags"), ':', tags);
        collect(json.texts("RepoDigests"), '@', digestsOf);
        List<ImageRow> rows = new ArrayList<>();
        tags.forEach((repository, list) -> {
            List<String> own = digestsOf.getOrDefault(repository, List.of());
            digestsOf.remove(repository);
            for (String digest : digests && !own.isEmpty() ? own : List.of(NONE)) {
                for (String tag : list) {
                    rows.add(new ImageRow(json, repository, tag, digest, whole, invocation));
                }
            }
        });
        digestsOf.forEach((repository, list) -> {
            for (String digest : digests ? list : List.of(NONE)) {
                rows.add(new ImageRow(json, repository, NONE, digest, whole, invocation));
            }
        });
        if (rows.isEmpty()) {
            rows.add(new ImageRow(json, NONE, NONE, NONE, whole, invocation));
        }
        return rows;
    }

    private static void collect(List<String> references, char separator, Map<String, List<String>> into) {
        for (String reference : references) {
            int split = reference.lastIndexOf(separator);
            if (split > 0 && !reference.startsWith(NONE)) {
                into.computeIfAbsent(reference.substring(0, split), _ -> new ArrayList<>())
                        .add(reference.substring(split + 1));
            }
        }
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public @Nullable Object field(String name) {
        return switch (name) {
            case "ID" -> id();
            case "Repository" -> repository;
            case "Tag" -> tag;
            case "Digest" -> digest;
            case "CreatedSince" -> createdSince();
            case "CreatedAt" -> Text.goTime(json.number("Created"), invocation.zone());
            case "Size" -> Units.size(json.number("Size"));
            case "VirtualSize" -> Units.preciseSize(json.number("Size"));
            case "Containers" -> json.number("Containers") < 0 ? "N/A" : String.valueOf(json.number("Containers"));
            case "SharedSize" -> json.number("SharedSize") < 0 ? "N/A" : Units.preciseSize(json.number("SharedSize"));
            case "UniqueSize" ->
                json.number("SharedSize") < 0
                        ? "N/A"
                        : Units.preciseSize(json.number("Size") - json.number("SharedSize"));
            default -> null;
        };
    }

    String id() {
        return whole ? json.text("Id") : Text.shortId(json.text("Id"));
    }

    private String createdSince() {
        long created = json.number("Created");
        if (created <= 0) {
            return "N/A";
        }
        return Durations.human(Duration.ofSeconds(invocation.clock().instant().getEpochSecond() - created)) + " ago";
    }
}
