package jdocker.cli;

import java.util.List;

/** {@code rename}: gives a container another name. */
final class RenameCommand extends Command {
    @Override
    String synopsis() {
        return "CONTAINER NEW_NAME";
    }

    @Override
    Arity arity() {
        return Arity.exactly(2);
    }

    @Override
    int run(Session session, List<String> arguments) {
        String from = arguments.get(0).strip();
        String to = arguments.get(1).strip();
        if (from.isEmpty() || to.isEmpty()) {
            throw new CliError("Error: Neither old nor new names may be empty");
        }
        session.engine().post(ContainerCalls.path(from, "/rename"), new Query().add("name", to), null);
        return 0;
    }
}
