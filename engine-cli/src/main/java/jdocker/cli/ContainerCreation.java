package jdocker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Makes a container, pulling its image where the policy says so. */
final class ContainerCreation {
    private final Flag name;
    private final Flag pull;
    private final Flag platform;
    private final Flag quiet;
    private final ContainerOptions options;

    ContainerCreation(FlagSet flags) {
        name = flags.string("name", "Assign a name to the container");
        pull = flags.add(new Flag(
                "pull",
                Flag.NO_SHORTHAND,
                FlagKind.STRING,
                "missing",
                "Pull image before running (\"always\", \"missing\", \"never\")"));
        platform = flags.string("platform", "Platform of the image, where it has several");
        quiet = flags.bool("quiet", 'q', "Suppress the pull output");
        flags.add(new Flag(
                        "disable-content-trust", Flag.NO_SHORTHAND, FlagKind.BOOL, "true", "Skip image verification"))
                .hide();
        options = new ContainerOptions(flags);
    }

    ContainerOptions options() {
        return options;
    }

    void check() {
        switch (pull.text()) {
            case "always", "missing", "never", "" -> {
                // Known.
            }
            default ->
                throw new CliError("invalid pull option: '" + pull.text()
                        + "': must be one of \"always\", \"missing\" or \"never\"");
        }
    }

    /** Creates the container and returns its ID; warnings go to the error output. */
    String create(Session session, JsonObject request) {
        ImageName.parse(request.text("Image"));
        proxies(session, request);
        Path cidFile = options.cidFile.text().isEmpty()
                ? null
                : session.invocation().directory().resolve(options.cidFile.text());
        if (cidFile != null && Files.exists(cidFile)) {
            throw new CliError("container ID file found, make sure the other container isn't running or delete "
                    + options.cidFile.text());
        }
        JsonObject answer = createOrPull(session, request);
        for (String warning : answer.texts("Warnings")) {
            session.err().lineNow("WARNING: " + warning);
        }
        String id = answer.text("Id");
        if (cidFile != null) {
            try {
                Files.writeString(cidFile, id, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw new CliError("failed to write the container ID (" + id + ") to the file: "
                        + KeyValueFiles.reason(cidFile.toString(), e));
            }
        }
        return id;
    }

    private JsonObject createOrPull(Session session, JsonObject request) {
        String image = request.text("Image");
        if (pull.text().equals("always")) {
            ImagePull.run(session, image, platform(session), quiet.isOn(), session.err());
        }
        try {
            return post(session, request);
        } catch (EngineError e) {
            boolean imageMissing = e.isNotFound() && e.reason().startsWith("No such image");
            if (!imageMissing || !pull.text().equals("missing")) {
                throw e;
            }
            if (!quiet.isOn()) {
                session.err()
                        .lineNow("Unable to find image '"
                                + ImageName.parse(image).familiar() + "' locally");
            }
            ImagePull.run(session, image, platform(session), quiet.isOn(), session.err());
            return post(session, request);
        }
    }

    private JsonObject post(Session session, JsonObject request) {
        Query query = new Query().addText("name", name.text()).addText("platform", platform(session));
        return Json.object(session.engine().post("/containers/create", query, request));
    }

    private String platform(Session session) {
        String variable = session.invocation().variable("DOCKER_DEFAULT_PLATFORM");
        return platform.isSet() || variable == null ? platform.text() : variable;
    }

    private static void proxies(Session session, JsonObject request) {
        Map<String, String> variables =
                session.config().proxyVariables(session.engine().address().text());
        if (variables.isEmpty()) {
            return;
        }
        java.util.List<String> env = new java.util.ArrayList<>();
        variables.forEach((variable, value) -> env.add(variable + "=" + value));
        for (String given : request.texts("Env")) {
            int equals = given.indexOf('=');
            String variable = equals < 0 ? given : given.substring(0, equals);
            env.removeIf(proxy -> proxy.startsWith(variable + "="));
            env.add(given);
        }
        request.with("Env", env);
    }
}
