package jdocker.cli;

import java.util.List;
import java.util.Map;

/** {@code version}: what client and daemon are. */
final class VersionCommand extends Command {
    private static final int LABEL = 19;

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
        JsonObject server = null;
        CliError failure = null;
        try {
            server = Json.object(session.engine().get("/version", new Query()));
        } catch (CliError e) {
            failure = e;
        }
        JsonObject client = client(session, failure);
        if (shape.isEmpty()) {
            print(session.out(), client, server);
        } else {
            JsonObject both = new JsonObject().with("Client", client).with("Server", server);
            if (template != null) {
                client.with("APIVersion", client.text("ApiVersion"));
                if (server != null) {
                    server.with("APIVersion", server.text("ApiVersion"));
                }
            }
            session.out().line(template == null ? Json.write(both) : template.execute(both));
        }
        if (failure != null) {
            throw failure;
        }
        return 0;
    }

    private static JsonObject client(Session session, @org.jspecify.annotations.Nullable CliError failure) {
        ClientVersion version = session.invocation().client();
        return new JsonObject()
                .with("Version", version.version())
                .with("ApiVersion", failure == null ? session.engine().version() : Engine.NEWEST)
                .with("DefaultAPIVersion", Engine.NEWEST)
                .with("GitCommit", version.revision())
                .with("GoVersion", version.java())
                .with("Os", version.platform().substring(0, version.platform().indexOf('/')))
                .with("Arch", version.platform().substring(version.platform().indexOf('/') + 1))
                .with("BuildTime", "")
                .with("Context", session.context());
    }

    private static void print(Output out, JsonObject client, @org.jspecify.annotations.Nullable JsonObject server) {
        String newest = client.text("DefaultAPIVersion");
        String spoken = client.text("ApiVersion");
        out.line("Client: jdocker");
        line(out, " Version:", client.text("Version"));
        line(out, " API version:", spoken.equals(newest) ? spoken : spoken + " (downgraded from " + newest + ")");
        line(out, " Java version:", client.text("GoVersion"));
        line(out, " Git commit:", client.text("GitCommit"));
        line(out, " OS/Arch:", client.text("Os") + "/" + client.text("Arch"));
        line(out, " Context:", client.text("Context"));
        if (server == null) {
            return;
        }
        String platform = server.object("Platform").text("Name");
        out.line("\nServer:" + (platform.isEmpty() ? "" : " " + platform));
        List<JsonObject> components = server.objects("Components");
        if (components.isEmpty()) {
            components = List.of(engineOf(server));
        }
        for (JsonObject component : components) {
            out.line(" " + component.text("Name") + ":");
            if (component.text("Name").equals("Engine")) {
                engine(out, component);
            } else {
                other(out, component);
            }
        }
    }

    // Before components, the answer itself was about the engine.
    private static JsonObject engineOf(JsonObject server) {
        return new JsonObject()
                .with("Name", "Engine")
                .with("Version", server.text("Version"))
                .with("Details", server);
    }

    private static void engine(Output out, JsonObject engine) {
        JsonObject details = engine.object("Details");
        String language = details.text("GoVersion");
        line(out, "  Version:", engine.text("Version"));
        line(
                out,
                "  API version:",
                details.text("ApiVersion") + " (minimum version " + details.text("MinAPIVersion") + ")");
        line(out, language.startsWith("go") ? "  Go version:" : "  Java version:", language);
        line(out, "  Git commit:", details.text("GitCommit"));
        line(out, "  Built:", Text.ansiTime(details.text("BuildTime")));
        line(out, "  OS/Arch:", details.text("Os") + "/" + details.text("Arch"));
        line(out, "  Experimental:", details.text("Experimental"));
    }

    private static void other(Output out, JsonObject component) {
        line(out, "  Version:", component.text("Version"));
        for (Map.Entry<String, ?> detail : component.object("Details").fields().entrySet()) {
            line(out, "  " + detail.getKey() + ":", String.valueOf(detail.getValue()));
        }
    }

    private static void line(Output out, String label, String value) {
        out.line(label + " ".repeat(Math.max(1, LABEL - label.length() + 1)) + value);
    }
}
