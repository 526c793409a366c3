package jdocker.cli;

import java.util.List;

/** {@code logout}: forgets the credentials for a registry. */
final class LogoutCommand extends Command {
    @Override
    String synopsis() {
        return "[SERVER]";
    }

    @Override
    Arity arity() {
        return Arity.atMost(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        String registry = RegistryLogins.keyOf(arguments.isEmpty() ? "" : arguments.getFirst());
        boolean known = new RegistryLogins(session).erase(registry);
        session.out().line(known ? "Removing login credentials for " + registry : "Not logged in to " + registry);
        return 0;
    }
}
