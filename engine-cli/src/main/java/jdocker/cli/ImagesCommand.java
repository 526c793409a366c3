package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** {@code images}: lists images. */
final class ImagesCommand extends Command {
    private final Flag all = flags().bool("all", 'a', "Show all images (default hides intermediate images)");
    private final Flag digests = flags().bool("digests", "Show digests");
    private final Flag filter = flags().of(FlagKind.FILTER, "filter", 'f', "Show only what meets the conditions");
    private final Flag format = flags().string("format", Formats.FOR_LISTS);
    private final Flag noTrunc = flags().bool("no-trunc", "Don't truncate output");
    private final Flag quiet = flags().bool("quiet", 'q', "Only show image IDs");
    private final Flag tree = flags().bool("tree", "List multi-platform images as a tree (EXPERIMENTAL)");

    @Override
    String synopsis() {
        return "[OPTIONS] [REPOSITORY[:TAG]]";
    }

    @Override
    Arity arity() {
        return Arity.atMost(1);
    }

    private void checkTree() {
        for (Flag flag : List.of(quiet, noTrunc, digests)) {
            if (flag.isOn()) {
                throw new CliError("--" + flag.name() + " is not yet supported with --tree");
            }
        }
        if (format.isSet()) {
            throw new CliError("--format is not yet supported with --tree");
        }
    }

    @Override
    int run(Session session, List<String> arguments) {
        Filters filters = Filters.of(filter);
        if (!arguments.isEmpty()) {
            filters.add("reference", arguments.getFirst());
        }
        Query query = new Query().addIf(all.isOn(), "all", "1");
        filters.addTo(query);
        if (tree.isOn()) {
            checkTree();
            List<JsonObject> images = Json.objects(session.engine().get("/images/json", query.add("manifests", "1")));
            new ImageTree(session.out(), session.terminal()).print(images, all.isOn());
            return 0;
        }
        String shape = format.text();
        if (shape.isEmpty() && !quiet.isOn()) {
            shape = session.config().text("imagesFormat");
        }
        Listing listing = new Listing(session.out(), shape, ImageRow.COLUMNS);
        boolean withDigests = digests.isOn() || shape.contains(".Digest");
        List<ImageRow> rows = new ArrayList<>();
        for (JsonObject image : Json.objects(session.engine().get("/images/json", query))) {
            rows.addAll(ImageRow.of(image, withDigests, noTrunc.isOn(), session.invocation()));
        }
        if (quiet.isOn() && (shape.isEmpty() || shape.equals("table"))) {
            rows.forEach(row -> session.out().line(row.id()));
            return 0;
        }
        List<String> usual = digests.isOn()
                ? List.of("Repository", "Tag", "Digest", "ID", "CreatedSince", "Size")
                : List.of("Repository", "Tag", "ID", "CreatedSince", "Size");
        listing.print(usual, rows);
        return 0;
    }
}
