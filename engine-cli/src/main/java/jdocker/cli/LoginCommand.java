package jdocker.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code login}: checks credentials with a registry and keeps them. */
final class LoginCommand extends Command {
    private static final int LONGEST = 64 * 1024;

    private final Flag username = flags().string("username", 'u', "Username");
    private final Flag password = flags().string("password", 'p', "Password or Personal Access Token (PAT)");
    private final Flag fromInput =
            flags().bool("password-stdin", "Take the Password or Personal Access Token (PAT) from stdin");

    @Override
    String synopsis() {
        return "[OPTIONS] [SERVER]";
    }

    @Override
    Arity arity() {
        return Arity.atMost(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        String registry = RegistryLogins.keyOf(arguments.isEmpty() ? "" : arguments.getFirst());
        RegistryLogins logins = new RegistryLogins(session);
        RegistryLogin login = given(session, registry);
        if (login.username().isEmpty() || login.password().isEmpty()) {
            RegistryLogin kept = logins.of(registry);
            boolean usable = !kept.password().isEmpty() || !kept.identityToken().isEmpty();
            login = username.text().isEmpty() && usable ? kept : asked(session, login, kept.username());
        }
        JsonObject request = new JsonObject()
                .with("username", login.username())
                .with("password", login.password())
                .with("identitytoken", login.identityToken())
                .with("serveraddress", registry);
        JsonObject answer = Json.object(session.engine().post("/auth", new Query(), request));
        String token = answer.text("IdentityToken");
        RegistryLogin good = token.isEmpty() ? login : new RegistryLogin(registry, login.username(), "", token);
        if (logins.store(good)) {
            session.err()
                    .lineNow("\nWARNING! Your credentials are stored unencrypted in '"
                            + session.config().file() + "'.\nConfigure a credential helper to remove this warning.\n");
        }
        session.out().line(answer.text("Status"));
        return 0;
    }

    private RegistryLogin given(Session session, String registry) {
        if (password.isSet()) {
            session.err().lineNow("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
            if (fromInput.isOn()) {
                throw new CliError("conflicting options: cannot specify both --password and --password-stdin");
            }
        }
        if (fromInput.isOn()) {
            if (username.text().isEmpty()) {
                throw new CliError("the --password-stdin option requires --username to be set");
            }
            return new RegistryLogin(registry, username.text(), line(session), "");
        }
        return new RegistryLogin(registry, username.text(), password.text(), "");
    }

    private static String line(Session session) {
        try {
            byte[] all = session.invocation().in().readNBytes(LONGEST);
            return new String(all, StandardCharsets.UTF_8).replaceFirst("\r?\n\\z", "");
        } catch (IOException e) {
            throw new CliError("reading the password: " + e.getMessage());
        }
    }

    private static RegistryLogin asked(Session session, RegistryLogin given, String usual) {
        if (!session.terminal().isInput()) {
            throw new CliError("cannot perform an interactive login from a non-TTY device");
        }
        String user = given.username();
        if (user.isEmpty()) {
            session.out().print("Username" + (usual.isEmpty() ? "" : " (" + usual + ")") + ": ");
            session.out().flush();
            user = typed(session, true);
            user = user.isEmpty() ? usual : user;
        }
        session.out().print("Password: ");
        session.out().flush();
        String secret;
        try (Terminal.Raw _ = session.terminal().raw()) {
            secret = typed(session, false);
        }
        session.out().lineNow("");
        if (user.isEmpty() || secret.isEmpty()) {
            throw new CliError(user.isEmpty() ? "username is empty" : "password is empty");
        }
        return new RegistryLogin(given.registry(), user, secret, "");
    }

    /** One line, byte by byte, as a terminal in raw mode gives it: with backspace, and an end by control-c. */
    private static String typed(Session session, boolean trimmed) {
        var bytes = new java.io.ByteArrayOutputStream();
        try {
            while (true) {
                int next = session.invocation().in().read();
                if (next < 0 || next == '\n' || next == '\r') {
                    String text = bytes.toString(StandardCharsets.UTF_8);
                    return trimmed ? text.strip() : text;
                }
                if (next == 3 || next == 4) {
                    throw new CliError("login was cancelled");
                }
                if (next == 127 || next == '\b') {
                    byte[] before = bytes.toByteArray();
                    bytes.reset();
                    bytes.write(before, 0, Math.max(0, before.length - 1));
                } else {
                    bytes.write(next);
                }
            }
        } catch (IOException e) {
            throw new CliError("reading from the terminal: " + e.getMessage());
        }
    }
}
