package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** {@code system prune}: removes everything that is not used. */
final class SystemPruneCommand extends Command {
    private final Flag all = flags().bool("all", 'a', "Remove all unused images not just dangling ones");
    private final Flag volumes = flags().bool("volumes", "Prune anonymous volumes");
    private final Flag filter =
            flags().of(FlagKind.FILTER, "filter", "Provide filter values (e.g. \"label=<key>=<value>\")");
    private final Flag force = flags().bool("force", 'f', "Do not prompt for confirmation");

    @Override
    String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    Arity arity() {
        return Arity.NONE;
    }

    private String warning() {
        StringBuilder text = new StringBuilder("""
                WARNING! This will remove:
                  - all stopped containers
                  - all networks not used by at least one container
                """);
        if (volumes.isOn()) {
            text.append("  - all anonymous volumes not used by at least one container\n");
        }
        text.append(
                all.isOn()
                        ? "  - all images without at least one container associated to them\n"
                        : "  - all dangling images\n");
        if (!filter.values().isEmpty()) {
            text.append("\n  Items to be pruned will be filtered with:\n");
            filter.values().forEach(one -> text.append("  - ").append(one).append('\n'));
        }
        return text + "\nAre you sure you want to continue?";
    }

    @Override
    int run(Session session, List<String> arguments) {
        if (!force.isOn() && !Confirmation.ask(session, warning())) {
            throw new CliError("operation cancelled");
        }
        List<BiFunction<Session, Filters, Pruning.Result>> kinds = new ArrayList<>();
        kinds.add(Pruning::containers);
        kinds.add(Pruning::networks);
        if (volumes.isOn()) {
            kinds.add(Pruning::volumes);
        }
        long freed = 0;
        for (BiFunction<Session, Filters, Pruning.Result> kind : kinds) {
            freed += prune(session, kind, Pruning.filters(session, filter));
        }
        Filters images = Pruning.filters(session, filter).add("dangling", all.isOn() ? "false" : "true");
        freed += prune(session, Pruning::images, images);
        session.out().line("Total reclaimed space: " + Units.size(freed));
        return 0;
    }

    private static long prune(Session session, BiFunction<Session, Filters, Pruning.Result> kind, Filters filters) {
        try {
            Pruning.Result result = kind.apply(session, filters);
            result.lines().forEach(session.out()::line);
            return result.freed();
        } catch (EngineError e) {
            if (!e.isNotImplemented()) {
                throw e;
            }
            return 0; // nothing of the kind is there
        }
    }
}
