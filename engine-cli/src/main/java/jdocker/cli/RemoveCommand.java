package jdocker.cli;

import java.util.List;

/** {@code rm}: removes containers. */
final class RemoveCommand extends Command {
    private final Flag force = flags().bool("force", 'f', "Remove running containers too (uses SIGKILL)");
    private final Flag link = flags().bool("link", 'l', "Remove the specified link");
    private final Flag volumes = flags().bool("volumes", 'v', "Remove the container's anonymous volumes");

    @Override
    String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    Arity arity() {
        return Arity.atLeast(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        return EachOf.run(session, arguments, given -> remove(session, given));
    }

    private String remove(Session session, String given) {
        String name = given.startsWith("/") ? given.substring(1) : given;
        if (name.isEmpty()) {
            throw new CliError("container name cannot be empty");
        }
        Query query = new Query()
                .addIf(force.isOn(), "force", "1")
                .addIf(link.isOn(), "link", "1")
                .addIf(volumes.isOn(), "v", "1");
        try {
            session.engine().delete(ContainerCalls.path(name, ""), query);
            return given;
        } catch (EngineError e) {
            throw force.isOn() && e.isNotFound() ? new EachOf.Forgiven(e.text()) : e;
        }
    }
}
