package jdocker.cli;

import java.util.List;

/** {@code create}: makes a container and prints its ID. */
final class CreateCommand extends Command {
    private final ContainerCreation creation = new ContainerCreation(flags());

    CreateCommand() {
        flags().stopAtArgument();
    }

    @Override
    String synopsis() {
        return "[OPTIONS] IMAGE [COMMAND] [ARG...]";
    }

    @Override
    Arity arity() {
        return Arity.atLeast(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        JsonObject request;
        try {
            creation.check();
            request = CreateRequest.of(creation.options(), arguments, session.invocation());
        } catch (CliError e) {
            throw RunFailure.of(e, "create");
        }
        session.out().line(creation.create(session, request));
        return 0;
    }
}
