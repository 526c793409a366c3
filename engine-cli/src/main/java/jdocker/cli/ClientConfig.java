package jdocker.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The client's configuration: {@code config.json} and the contexts beside it, as docker keeps them. */
final class ClientConfig {
    static final String DEFAULT_CONTEXT = "default";

    private final Path directory;
    private final JsonObject json;

    private ClientConfig(Path directory, JsonObject json) {
        this.directory = directory;
        this.json = json;
    }

    static ClientConfig load(Invocation invocation, Globals globals) {
        String named = globals.config.isSet() ? globals.config.text() : invocation.variable("DOCKER_CONFIG");
        Path directory = named == null
                ? invocation.home().resolve(".docker")
                : invocation.directory().resolve(named);
        return new ClientConfig(directory, read(directory.resolve("config.json")));
    }

    private static JsonObject read(Path file) {
        try {
            return Json.parse(Files.readString(file)) instanceof JsonObject object ? object : new JsonObject();
        } catch (NoSuchFileException _) {
            return new JsonObject();
        } catch (IOException e) {
            throw new CliError("Error loading config file: " + file + ": " + KeyValueFiles.reason(file.toString(), e));
        }
    }

    Path file() {
        return directory.resolve("config.json");
    }

    /** Writes one member anew and leaves all others as they are; for the user's eyes alone, and whole or not at all. */
    void save(String key, JsonObject value) throws IOException {
        json.with(key, value);
        var ownerOnly = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
        Path file = Files.exists(file()) ? file().toRealPath() : file();
        Path beside = file.resolveSibling(
                "config.json" + "." + ProcessHandle.current().pid() + ".tmp");
        Files.deleteIfExists(beside);
        Files.createFile(beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        StringBuilder text = new StringBuilder();
        JsonIndent.append(text, Json.write(json), 0);
        Files.writeString(beside, text.append('\n'));
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    String text(String key) {
        return json.text(key);
    }

    boolean has(String key) {
        return json.has(key);
    }

    List<String> texts(String key) {
        return json.texts(key);
    }

    JsonObject object(String key) {
        return json.object(key);
    }

    Map<String, String> httpHeaders() {
        Map<String, String> headers = new LinkedHashMap<>();
        json.object("HttpHeaders").fields().forEach((name, value) -> headers.put(name, String.valueOf(value)));
        headers.keySet().removeIf("User-Agent"::equalsIgnoreCase);
        return headers;
    }

    /** The proxy variables that containers get, unless they have their own: {@code proxies} for this daemon or by default. */
    Map<String, String> proxyVariables(String host) {
        JsonObject proxies = json.object("proxies");
        JsonObject settings = proxies.has(host) ? proxies.object(host) : proxies.object("default");
        Map<String, String> variables = new LinkedHashMap<>();
        for (String[] pair : new String[][] {
            {"httpProxy", "HTTP_PROXY"},
            {"httpsProxy", "HTTPS_PROXY"},
            {"ftpProxy", "FTP_PROXY"},
            {"noProxy", "NO_PROXY"},
            {"allProxy", "ALL_PROXY"}
        }) {
            String value = settings.text(pair[0]);
            if (!value.isEmpty()) {
                variables.put(pair[1], value);
                variables.put(pair[1].toLowerCase(java.util.Locale.ROOT), value);
            }
        }
        return variables;
    }

    /** The daemon's address in a context. */
    String contextHost(String name) {
        Path meta = directory
                .resolve("contexts")
                .resolve("meta")
                .resolve(digest(name))
                .resolve("meta.json");
        if (!Files.exists(meta)) {
            throw new CliError("Failed to initialize: unable to resolve docker endpoint: context \"" + name
                    + "\": context not found: open " + meta + ": no such file or directory");
        }
        return read(meta).object("Endpoints").object("docker").text("Host");
    }

    private static String digest(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
