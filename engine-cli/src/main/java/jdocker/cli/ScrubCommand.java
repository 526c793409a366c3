package jdocker.cli;

import java.util.List;
import java.util.Map;

/** {@code image scrub}, ours alone: has the daemon read everything that images consist of and repair what it can. */
final class ScrubCommand extends Command {
    private final Flag dryRun = flags().bool("dry-run", "Tell what is damaged and change nothing");

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
        Query query = new Query().add("repair", dryRun.isOn() ? "0" : "1");
        // Only a repair asks registries.
        Map<String, String> headers = dryRun.isOn()
                ? Map.of()
                : Map.of(
                        "X-Registry-Config",
                        new RegistryLogins(session)
                                .all(why -> session.err().lineNow("WARNING: no credentials for " + why)));
        try (Engine.Answer answer = session.engine().open("POST", "/images/scrub", query, headers, new byte[0])) {
            new ProgressStream(session.out(), false, false).copy(answer.body());
        }
        return 0;
    }
}
