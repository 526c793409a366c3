package jdocker.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code info}: the state of the daemon and its host. */
final class InfoCommand extends Command {
    private final Flag format = flags().string("format", 'f', Formats.FOR_OBJECTS);

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
        String shape = format.text();
        Template template =
                shape.isEmpty() || shape.equals("json") ? null : Template.parse(shape, new OptionalFields());
        JsonObject info = null;
        CliError failure = null;
        try {
            info = Json.object(session.engine().get("/info", new Query()));
        } catch (CliError e) {
            failure = e;
        }
        if (shape.isEmpty()) {
            print(session, info);
        } else {
            JsonObject all = info == null ? new JsonObject() : info;
            all.with("ClientInfo", client(session));
            session.out().line(template == null ? Json.write(all) : template.execute(all));
        }
        if (failure != null) {
            throw shape.isEmpty() ? failure : new CliError(failure.text());
        }
        return 0;
    }

    private static JsonObject client(Session session) {
        return new JsonObject()
                .with("Debug", session.isDebug())
                .with("Version", session.invocation().client().version())
                .with("GitCommit", session.invocation().client().revision())
                .with("GoVersion", session.invocation().client().java())
                .with("Os", "linux")
                .with("Arch", session.invocation().client().platform())
                .with("Context", session.context())
                .with("Plugins", List.of())
                .with("Warnings", null);
    }

    private static void print(Session session, @Nullable JsonObject info) {
        Output out = session.out();
        out.line("Client: jdocker");
        out.line(" Version:    " + session.invocation().client().version());
        out.line(" Context:    " + session.context());
        out.line(" Debug Mode: " + session.isDebug());
        out.line("\nServer:");
        if (info != null) {
            new InfoText(out, info).print();
            out.flush();
            for (String warning : info.texts("Warnings")) {
                session.err().line(warning);
            }
            session.err().flush();
        }
    }
}
