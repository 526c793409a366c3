package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** {@code rmi}: removes images. */
final class RemoveImageCommand extends Command {
    private final Flag force = flags().bool("force", 'f', "Force removal of the image");
    private final Flag noPrune = flags().bool("no-prune", "Do not delete untagged parents");
    private final Flag platform = flags().of(FlagKind.STRINGS, "platform", "Remove only the given platform variant");

    @Override
    String synopsis() {
        return "[OPTIONS] IMAGE [IMAGE...]";
    }

    @Override
    Arity arity() {
        return Arity.atLeast(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        Query query = new Query().addIf(force.isOn(), "force", "1").addIf(noPrune.isOn(), "noprune", "1");
        for (String one : platform.values()) {
            query.add("platforms", Platforms.json(one));
        }
        List<String> failures = new ArrayList<>();
        boolean fatal = false;
        for (String image : arguments) {
            try {
                byte[] answer = session.engine().delete("/images/" + Query.pathElement(image), query);
                for (JsonObject removed : Json.objects(answer)) {
                    session.out()
                            .line(
                                    removed.has("Deleted")
                                            ? "Deleted: " + removed.text("Deleted")
                                            : "Untagged: " + removed.text("Untagged"));
                }
            } catch (EngineError e) {
                fatal |= !e.isNotFound();
                failures.add(e.text());
            }
        }
        session.out().flush();
        for (String failure : failures) {
            session.err().lineNow(failure);
        }
        return failures.isEmpty() || (force.isOn() && !fatal) ? 0 : 1;
    }
}
