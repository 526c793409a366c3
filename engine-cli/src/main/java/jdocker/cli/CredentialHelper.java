package jdocker.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A program {@code docker-credential-NAME} that keeps credentials outside of config.json, by its protocol over pipes. */
final class CredentialHelper {
    private static final String NOT_FOUND = "credentials not found in native keychain";
    private static final int LARGEST = 1024 * 1024;

    private final String program;
    private final Invocation invocation;

    CredentialHelper(String name, Invocation invocation) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new CliError("invalid credential helper '" + name + "' in config.json");
        }
        this.program = "docker-credential-" + name;
        this.invocation = invocation;
    }

    /** Empty when it has none for this registry. */
    Optional<RegistryLogin> get(String registry) {
        Answer answer = run("get", registry);
        if (!answer.good()) {
            if (answer.text().strip().startsWith(NOT_FOUND)) {
                return Optional.empty();
            }
            throw failed(answer);
        }
        JsonObject json = Json.object(answer.text().getBytes(StandardCharsets.UTF_8));
        String user = json.text("Username");
        return Optional.of(
                user.equals("<token>")
                        ? new RegistryLogin(registry, "", "", json.text("Secret"))
                        : new RegistryLogin(registry, user, json.text("Secret"), ""));
    }

    void store(RegistryLogin login) {
        boolean token = !login.identityToken().isEmpty();
        JsonObject json = new JsonObject()
                .with("ServerURL", login.registry())
                .with("Username", token ? "<token>" : login.username())
                .with("Secret", token ? login.identityToken() : login.password());
        Answer answer = run("store", Json.write(json));
        if (!answer.good()) {
            throw failed(answer);
        }
    }

    void erase(String registry) {
        Answer answer = run("erase", registry);
        if (!answer.good() && !answer.text().strip().startsWith(NOT_FOUND)) {
            throw failed(answer);
        }
    }

    private CliError failed(Answer answer) {
        return new CliError("error getting credentials - err: " + program + " failed, out: `"
                + answer.text().strip() + "`");
    }

    private record Answer(boolean good, String text) {}

    /** On the path of whoever calls, which need not be this process's. */
    private String executable() {
        for (String folder : invocation.environment().getOrDefault("PATH", "").split(":")) {
            Path file = invocation.directory().resolve(folder).resolve(program);
            if (!folder.isEmpty() && Files.isRegularFile(file) && Files.isExecutable(file)) {
                return file.toString();
            }
        }
        throw new CliError("error getting credentials - err: exec: \"" + program
                + "\": executable file not found in $PATH, out: ``");
    }

    private Answer run(String verb, String input) {
        ProcessBuilder builder = new ProcessBuilder(List.of(executable(), verb));
        builder.directory(invocation.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(invocation.environment());
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException _) {
                // It may say what is wrong without reading.
            }
            byte[] out = process.getInputStream().readNBytes(LARGEST);
            return new Answer(process.waitFor() == 0, new String(out, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new CliError("error getting credentials - err: exec: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
