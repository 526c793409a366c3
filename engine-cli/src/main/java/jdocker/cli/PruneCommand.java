package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** {@code image prune} and {@code container prune}: removes what is not used. */
final class PruneCommand extends Command {
    private final String kind;
    private final Flag all;
    private final Flag filter =
            flags().of(FlagKind.FILTER, "filter", "Provide filter values (e.g. \"until=<timestamp>\")");
    private final Flag force = flags().bool("force", 'f', "Do not prompt for confirmation");

    PruneCommand(String kind) {
        this.kind = kind;
        boolean images = kind.equals("image");
        all = images
                ? flags().bool("all", 'a', "Remove all unused images, not just dangling ones")
                : new Flag("all", 'a', FlagKind.BOOL, "", "");
    }

    @Override
    String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    Arity arity() {
        return Arity.NONE;
    }

    private String warning() {
        if (kind.equals("container")) {
            return "WARNING! This will remove all stopped containers.";
        }
        return all.isOn()
                ? "WARNING! This will remove all images without at least one container associated to them."
                : "WARNING! This will remove all dangling images.";
    }

    @Override
    int run(Session session, List<String> arguments) {
        Filters filters = Pruning.filters(session, filter);
        if (kind.equals("image")) {
            filters.add("dangling", all.isOn() ? "false" : "true");
        }
        if (!force.isOn() && !Confirmation.ask(session, warning() + "\nAre you sure you want to continue?")) {
            throw new CliError("operation cancelled");
        }
        Pruning.Result result =
                kind.equals("image") ? Pruning.images(session, filters) : Pruning.containers(session, filters);
        List<String> lines = new ArrayList<>(result.lines());
        lines.forEach(session.out()::line);
        session.out().line("Total reclaimed space: " + Units.size(result.freed()));
        return 0;
    }
}
