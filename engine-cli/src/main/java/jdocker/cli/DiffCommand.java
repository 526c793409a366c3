package jdocker.cli;

import java.util.List;

/** {@code diff}: what has changed in a container's files. */
final class DiffCommand extends Command {
    private static final String KINDS = "CAD";

    @Override
    String synopsis() {
        return "CONTAINER";
    }

    @Override
    Arity arity() {
        return Arity.exactly(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        if (arguments.getFirst().isBlank()) {
            throw new CliError("Container name cannot be empty");
        }
        String path = "/containers/" + Query.pathElement(arguments.getFirst()) + "/changes";
        for (JsonObject change : Json.objects(session.engine().get(path, new Query()))) {
            int kind = (int) change.number("Kind");
            session.out().line((kind < KINDS.length() ? KINDS.charAt(kind) : ' ') + " " + change.text("Path"));
        }
        return 0;
    }
}
