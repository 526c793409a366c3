package jdocker.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** {@code stats}: what containers use, once or again and again. */
final class StatsCommand extends Command {
    private static final int MOST_AT_ONCE = 16;
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** To the upper left corner, and what is below the end of the text cleared: so that it does not flicker. */
    private static final String HOME = "\u001b[H";

    private static final String CLEAR_BELOW = "\u001b[J";

    private final Flag all = flags().bool("all", 'a', "Show all containers (default shows just running)");
    private final Flag format = flags().string("format", Formats.FOR_LISTS);
    private final Flag noStream = flags().bool("no-stream", "Print the first result and end");
    private final Flag noTrunc = flags().bool("no-trunc", "Don't truncate output");
    private final Map<String, JsonObject> before = new HashMap<>();

    @Override
    String synopsis() {
        return "[OPTIONS] [CONTAINER...]";
    }

    @Override
    Arity arity() {
        return Arity.atLeast(0);
    }

    @Override
    int run(Session session, List<String> arguments) {
        String shape = format.text().isEmpty() ? session.config().text("statsFormat") : format.text();
        Listing listing = new Listing(session.out(), shape, StatsRow.COLUMNS);
        if (noStream.isOn()) {
            listing.print(StatsRow.USUAL, rows(session, names(session, arguments), new Query().add("stream", "0")));
            return 0;
        }
        boolean screen = session.terminal().isOutput();
        Query query = new Query().add("stream", "0").add("one-shot", "1");
        while (true) {
            List<StatsRow> rows = rows(session, names(session, arguments), query);
            if (screen) {
                session.out().print(HOME + CLEAR_BELOW);
            }
            listing.print(StatsRow.USUAL, rows);
            session.out().flush();
            if (!arguments.isEmpty() && rows.isEmpty() || !pause()) {
                return 0;
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(INTERVAL);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<String> names(Session session, List<String> arguments) {
        if (!arguments.isEmpty()) {
            return arguments;
        }
        List<String> ids = new ArrayList<>();
        Query query = new Query().addIf(all.isOn(), "all", "1");
        for (JsonObject container : Json.objects(session.engine().get("/containers/json", query))) {
            ids.add(container.text("Id"));
        }
        return ids;
    }

    /** All at once: the daemon may take a second over each. */
    private List<StatsRow> rows(Session session, List<String> names, Query query) {
        List<StatsRow> rows = new ArrayList<>();
        session.engine().version(); // asked for once, not by every thread
        try (ExecutorService pool = Executors.newFixedThreadPool(Math.clamp(names.size(), 1, MOST_AT_ONCE))) {
            List<Future<JsonObject>> answers = names.stream()
                    .map(name -> pool.submit(
                            () -> Json.object(session.engine().get(ContainerCalls.path(name, "/stats"), query))))
                    .toList();
            for (int i = 0; i < answers.size(); i++) {
                rows.add(row(names.get(i), answers.get(i).get()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CliError error ? error : new IllegalStateException(e.getCause());
        }
        return rows;
    }

    private StatsRow row(String name, JsonObject now) {
        JsonObject earlier = now.object("precpu_stats");
        if (earlier.number("system_cpu_usage") == 0) {
            earlier = before.getOrDefault(name, new JsonObject());
        }
        before.put(name, now.object("cpu_stats"));
        return new StatsRow(name, now, earlier, noTrunc.isOn());
    }
}
