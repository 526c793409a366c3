package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** {@code ps}: lists containers. */
final class PsCommand extends Command {
    private final Flag all = flags().bool("all", 'a', "Show all containers (default shows just running)");
    private final Flag filter = flags().of(FlagKind.FILTER, "filter", 'f', "Show only what meets the conditions");
    private final Flag format = flags().string("format", Formats.FOR_LISTS);
    private final Flag last = flags().add(new Flag(
            "last", 'n', FlagKind.INT, "-1", "Show the n last created containers, whatever their state"));
    private final Flag latest = flags().bool("latest", 'l', "Show the last created container, whatever its state");
    private final Flag noTrunc = flags().bool("no-trunc", "Don't truncate output");
    private final Flag quiet = flags().bool("quiet", 'q', "Only display container IDs");
    private final Flag size = flags().bool("size", 's', "Display total file sizes");

    @Override
    String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    Arity arity() {
        return Arity.NONE;
    }

    @Override
    int run(Session session, List<String> arguments) {
        String shape = format.text();
        if (shape.isEmpty() && !quiet.isOn()) {
            shape = session.config().text("psFormat");
        }
        long limit = last.number() > 0 ? last.number() : latest.isOn() ? 1 : -1;
        Listing listing = new Listing(session.out(), shape, ContainerRow.COLUMNS);
        boolean sizes = size.isOn() || (!quiet.isOn() && shape.contains(".Size"));
        Query query = new Query()
                .addIf(all.isOn(), "all", "1")
                .addIf(limit > 0, "limit", String.valueOf(limit))
                .addIf(sizes, "size", "1");
        Filters.of(filter).addTo(query);
        List<ContainerRow> rows = new ArrayList<>();
        for (JsonObject container : Json.objects(session.engine().get("/containers/json", query))) {
            rows.add(new ContainerRow(container, noTrunc.isOn(), session.invocation()));
        }
        if (quiet.isOn() && (shape.isEmpty() || shape.equals("table"))) {
            rows.forEach(row -> session.out().line(row.id()));
            return 0;
        }
        List<String> usual = new ArrayList<>(ContainerRow.USUAL);
        if (size.isOn()) {
            usual.add("Size");
        }
        listing.print(usual, rows);
        return 0;
    }
}
