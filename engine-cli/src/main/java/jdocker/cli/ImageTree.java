package jdocker.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * {@code images --tree}: each image once, with its names beneath each other, and beneath it what it has for each platform,
 * where the daemon keeps several.
 */
final class ImageTree {
    private static final String WARNING =
            "WARNING: This is an experimental feature. The output may change and shouldn't be depended on.";
    private static final String LEGEND = "Info ->  U In Use ";
    private static final int USUAL_WIDTH = 80;
    private static final String NONE = "<untagged>";
    private static final List<String> HEADINGS = List.of("IMAGE", "ID", "DISK USAGE", "CONTENT SIZE", "EXTRA");
    private static final String GAP = "   ";

    private final Output out;
    private final int width;

    ImageTree(Output out, Terminal terminal) {
        this.out = out;
        this.width = terminal.size().map(Terminal.Size::columns).orElse(USUAL_WIDTH);
    }

    /** One line; all but the name empty where only a name is told. */
    private record Line(String name, String id, String usage, String content, boolean used) {
        static Line name(String name) {
            return new Line(name, "", "", "", false);
        }
    }

    /** @param all also what is no image, such as attestations */
    void print(List<JsonObject> images, boolean all) {
        List<List<Line>> entries = new ArrayList<>();
        images.stream()
                .sorted(Comparator.comparingLong((JsonObject image) -> image.number("Created"))
                        .reversed())
                .forEach(image -> entries.add(entry(image, all)));
        out.line(WARNING);
        out.line(" ".repeat(Math.max(0, width - LEGEND.length())) + LEGEND);
        out.line("");
        int widest = entries.stream()
                .flatMap(List::stream)
                .mapToInt(line -> line.name.length())
                .max()
                .orElse(0);
        int names = Math.max(widest, HEADINGS.getFirst().length());
        int ids = entries.isEmpty() ? 2 : 12;
        out.line(row(HEADINGS, names, ids));
        boolean before = false;
        for (List<Line> entry : entries) {
            boolean children = entry.getLast().name.startsWith("└");
            if (before) {
                out.line("");
            }
            for (Line line : entry) {
                out.line(
                        line.id.isEmpty()
                                ? line.name
                                : row(
                                        List.of(line.name, line.id, line.usage, line.content, line.used ? "U" : ""),
                                        names,
                                        ids));
            }
            before = children;
        }
    }

    private static List<Line> entry(JsonObject image, boolean all) {
        List<String> tags = image.texts("RepoTags");
        List<String> names = tags.isEmpty() ? List.of(NONE) : tags;
        List<JsonObject> manifests = image.objects("Manifests").stream()
                .filter(manifest -> all || manifest.text("Kind").equals("image"))
                .toList();
        List<Line> lines = new ArrayList<>();
        names.subList(0, names.size() - 1).forEach(name -> lines.add(Line.name(name)));
        long content = image.objects("Manifests").stream()
                .filter(manifest -> manifest.text("Kind").equals("image"))
                .mapToLong(manifest -> manifest.object("Size").number("Content"))
                .sum();
        boolean used = image.number("Containers") > 0 || manifests.stream().anyMatch(ImageTree::isUsed);
        lines.add(new Line(
                names.getLast(),
                Text.shortId(image.text("Id")),
                Units.size(image.number("Size")),
                Units.size(content),
                used));
        for (int i = 0; i < manifests.size(); i++) {
            JsonObject manifest = manifests.get(i);
            lines.add(new Line(
                    (i == manifests.size() - 1 ? "└─ " : "├─ ") + platform(manifest),
                    Text.shortId(manifest.text("ID")),
                    Units.size(manifest.object("Size").number("Total")),
                    Units.size(manifest.object("Size").number("Content")),
                    isUsed(manifest)));
        }
        return lines;
    }

    private static boolean isUsed(JsonObject manifest) {
        return !manifest.object("ImageData").texts("Containers").isEmpty();
    }

    private static String platform(JsonObject manifest) {
        JsonObject platform = manifest.object("ImageData").object("Platform");
        String text = platform.text("os") + "/" + platform.text("architecture");
        String variant = platform.text("variant");
        return manifest.text("Kind").equals("image")
                ? text + (variant.isEmpty() ? "" : "/" + variant)
                : "(" + manifest.text("Kind") + ")";
    }

    private static String row(List<String> cells, int names, int ids) {
        return left(cells.get(0), names)
                + GAP
                + left(cells.get(1), ids)
                + GAP
                + right(cells.get(2), HEADINGS.get(2).length())
                + GAP
                + right(cells.get(3), HEADINGS.get(3).length())
                + GAP
                + left(cells.get(4), HEADINGS.get(4).length());
    }

    private static String left(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
