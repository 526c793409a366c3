package jdocker.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Where logins are kept: a registry's own helper, the store for all, or config.json, in this order, as with docker. */
final class RegistryLogins {
    static final String HUB = "https://index.docker.io/v1/";

    private final ClientConfig config;
    private final Invocation invocation;

    RegistryLogins(Session session) {
        this.config = session.config();
        this.invocation = session.invocation();
    }

    /** The name under which a registry's login is kept. */
    static String keyOf(String registry) {
        String bare = registry.replaceFirst("^https?://", "");
        int slash = bare.indexOf('/');
        String host = slash < 0 ? bare : bare.substring(0, slash);
        return switch (host) {
            case "", "docker.io", "index.docker.io", "registry-1.docker.io" -> HUB;
            default -> host;
        };
    }

    /** The login for images of a registry; without anything when there is none. */
    RegistryLogin of(String domain) {
        String key = keyOf(domain);
        Optional<CredentialHelper> helper = helper(key);
        Optional<RegistryLogin> login = helper.isPresent() ? helper.get().get(key) : fromFile(key);
        return login.orElse(new RegistryLogin(key, "", "", ""));
    }

    /**
     * The header {@code X-Registry-Config}, with every login that there is: what docker's build sends.
     *
     * @param failed is told why a helper gave none
     */
    String all(Consumer<String> failed) {
        Set<String> keys = new TreeSet<>();
        config.object("auths").fields().keySet().forEach(name -> keys.add(keyOf(name)));
        keys.addAll(config.object("credHelpers").fields().keySet());
        JsonObject logins = new JsonObject();
        for (String key : keys) {
            try {
                JsonObject login = of(key).json();
                if (!login.fields().isEmpty()) {
                    logins.with(key, login);
                }
            } catch (CliError e) {
                failed.accept(key + ": " + e.getMessage());
            }
        }
        return RegistryLogin.encoded(logins);
    }

    private Optional<CredentialHelper> helper(String key) {
        String own = config.object("credHelpers").text(key);
        String name = own.isEmpty() ? config.text("credsStore") : own;
        return name.isEmpty() ? Optional.empty() : Optional.of(new CredentialHelper(name, invocation));
    }

    private Optional<RegistryLogin> fromFile(String key) {
        JsonObject auths = config.object("auths");
        for (String name : auths.fields().keySet()) {
            if (keyOf(name).equals(key)) {
                return Optional.of(login(key, auths.object(name)));
            }
        }
        return Optional.empty();
    }

    private static RegistryLogin login(String key, JsonObject entry) {
        String encoded = entry.text("auth");
        if (encoded.isEmpty()) {
            return new RegistryLogin(key, entry.text("username"), entry.text("password"), entry.text("identitytoken"));
        }
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon <= 0) {
                throw new CliError("invalid auth configuration file: the entry for " + key + " has no user");
            }
            return new RegistryLogin(
                    key, pair.substring(0, colon), pair.substring(colon + 1), entry.text("identitytoken"));
        } catch (IllegalArgumentException e) {
            throw new CliError("invalid auth configuration file: the entry for " + key + " is not base64");
        }
    }

    /** Keeps a login; true when it lies unencrypted in config.json. */
    boolean store(RegistryLogin login) {
        Optional<CredentialHelper> helper = helper(login.registry());
        JsonObject entry = new JsonObject();
        if (helper.isPresent()) {
            helper.get().store(login);
        } else {
            boolean token = !login.identityToken().isEmpty();
            String pair = login.username() + ":" + (token ? "" : login.password());
            entry.with("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
            if (token) {
                entry.with("identitytoken", login.identityToken());
            }
        }
        JsonObject auths = config.object("auths").with(login.registry(), entry);
        write(auths);
        return helper.isEmpty();
    }

    /** False when there was none. */
    boolean erase(String registry) {
        String key = keyOf(registry);
        helper(key).ifPresent(helper -> helper.erase(key));
        JsonObject auths = config.object("auths");
        boolean known = auths.fields().keySet().removeIf(name -> keyOf(name).equals(key));
        if (known) {
            write(auths);
        }
        return known;
    }

    private void write(JsonObject auths) {
        try {
            config.save("auths", auths);
        } catch (IOException e) {
            throw new CliError("saving config file failed: "
                    + KeyValueFiles.reason(config.file().toString(), e));
        }
    }
}
