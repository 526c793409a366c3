package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins and where they are kept, pulls and pushes and how they are shown. */
class RegistryCommandsTest {
    @TempDir
    Path home;

    private FakeDaemon daemon;

    @BeforeEach
    void startDaemon() throws IOException {
        daemon = new FakeDaemon();
        daemon.on("POST", "/auth", 200, "{\"Status\":\"Login Succeeded\",\"IdentityToken\":\"\"}");
    }

    @AfterEach
    void stopDaemon() throws IOException {
        daemon.close();
    }

    private Run run(String... arguments) {
        return Run.against(daemon, arguments)
                .from(home)
                .environment("DOCKER_CONFIG", home.toString())
                .environment("PATH", home + ":/usr/bin:/bin");
    }

    private String config() throws IOException {
        Path file = home.resolve("config.json");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private void config(String json) throws IOException {
        Files.writeString(home.resolve("config.json"), json);
    }

    /** Keeps each login in a file of its own, and what it was asked in another. */
    private void helper(String name) throws IOException {
        Path program = home.resolve("docker-credential-" + name);
        Files.writeString(program, """
                #!/bin/sh
                cd %s
                echo "$1" >> asked-%s
                case $1 in
                store) cat > kept ;;
                get) if [ -e kept ]; then cat kept; else echo "credentials not found in native keychain"; exit 1; fi ;;
                erase) rm -f kept ;;
                esac
                """.formatted(home, name));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String auth() {
        String header = daemon.last("/images/").headers().getOrDefault("x-registry-auth", "");
        return new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8);
    }

    @Test
    void aLoginIsCheckedKeptSentAndForgotten() throws IOException {
        Run.Result login = run("login", "-u", "me", "--password-stdin", "registry.example:5000")
                .in("secret\n")
                .result();
        assertThat(login.code()).as(login.err()).isZero();
        assertThat(login.out()).isEqualTo("Login Succeeded\n");
        assertThat(login.err()).contains("stored unencrypted");
        assertThat(daemon.last("/auth").body())
                .contains("\"username\":\"me\"", "\"password\":\"secret\"", "registry.example:5000");
        assertThat(config()).contains(Base64.getEncoder().encodeToString("me:secret".getBytes(StandardCharsets.UTF_8)));

        daemon.on("POST", "/images/create", 200, "{\"status\":\"done\"}");
        run("pull", "registry.example:5000/app:v1").result();
        assertThat(auth()).contains("\"username\":\"me\"", "\"password\":\"secret\"");
        run("pull", "other.example/app:v1").result();
        assertThat(auth()).as("another registry never sees it").doesNotContain("secret");

        assertThat(run("logout", "registry.example:5000").result().out())
                .isEqualTo("Removing login credentials for registry.example:5000\n");
        assertThat(config()).doesNotContain("\"auth\"");
        assertThat(run("logout", "registry.example:5000").result().out())
                .isEqualTo("Not logged in to registry.example:5000\n");
    }

    /** As the build does; a scrub that only looks asks no registry. */
    @Test
    void aScrubSendsEveryLoginForItsRepairs() throws IOException {
        helper("fake");
        Files.writeString(home.resolve("kept"), "{\"Username\":\"me\",\"Secret\":\"from-helper\"}");
        config("{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"aHViOmNvZGU=\"},\"r.example:5000\":{}},"
                + "\"credHelpers\":{\"h.example\":\"fake\",\"none.example\":\"missing\"}}");
        daemon.on("POST", "/images/scrub", 200, "{\"status\":\"done\"}");
        Run.Result scrub = run("image", "scrub").result();
        assertThat(scrub.code()).as(scrub.err()).isZero();
        assertThat(scrub.err()).contains("WARNING: no credentials for none.example");
        String header = daemon.last("/images/scrub").headers().getOrDefault("x-registry-config", "");
        assertThat(new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8))
                .contains("\"https://index.docker.io/v1/\":{\"username\":\"hub\",\"password\":\"code\"")
                .contains("\"h.example\":{\"username\":\"me\",\"password\":\"from-helper\"")
                .doesNotContain("r.example:5000");
        run("image", "scrub", "--dry-run").result();
        assertThat(daemon.last("/images/scrub").headers()).doesNotContainKey("x-registry-config");
    }

    @Test
    void aRefusedLoginIsNotKept() throws IOException {
        daemon.on("POST", "/auth", 401, "{\"message\":\"unauthorized: no\"}");
        Run.Result login = run("login", "-u", "me", "--password-stdin", "r.example")
                .in("x")
                .result();
        assertThat(login.code()).isEqualTo(1);
        assertThat(login.err()).contains("unauthorized: no");
        assertThat(config()).doesNotContain("auth");
        assertThat(run("login", "--password-stdin", "r.example")
                        .in("x")
                        .result()
                        .err())
                .contains("requires --username");
        assertThat(run("login", "r.example").result().err()).contains("non-TTY");
    }

    @Test
    void anIdentityTokenStandsForThePassword() throws IOException {
        daemon.on("POST", "/auth", 200, "{\"Status\":\"Login Succeeded\",\"IdentityToken\":\"the-token\"}");
        run("login", "-u", "me", "--password-stdin", "r.example").in("secret").result();
        assertThat(config()).contains("the-token").doesNotContain("c2VjcmV0");
        daemon.on("POST", "/images/create", 200, "{\"status\":\"done\"}");
        run("pull", "r.example/app").result();
        assertThat(auth()).contains("\"identitytoken\":\"the-token\"");
    }

    @Test
    void aCredentialStoreKeepsLoginsOutOfTheFile() throws IOException {
        helper("fake");
        config("{\"credsStore\":\"fake\"}");
        Run.Result login = run("login", "-u", "me", "--password-stdin", "r.example")
                .in("secret")
                .result();
        assertThat(login.code()).as(login.err()).isZero();
        assertThat(login.err()).doesNotContain("unencrypted");
        assertThat(config()).doesNotContain("c2VjcmV0").contains("r.example");
        assertThat(home.resolve("kept")).content().contains("\"Secret\":\"secret\"", "\"Username\":\"me\"");
        daemon.on("POST", "/images/create", 200, "{\"status\":\"done\"}");
        run("pull", "r.example/app").result();
        assertThat(auth()).contains("\"password\":\"secret\"");
        run("logout", "r.example").result();
        assertThat(home.resolve("kept")).doesNotExist();
        run("pull", "r.example/app").result();
        assertThat(auth()).isEqualTo("{}");
    }

    @Test
    void aRegistrysOwnHelperCountsBeforeTheStore() throws IOException {
        helper("own");
        helper("all");
        config("{\"credsStore\":\"all\",\"credHelpers\":{\"r.example\":\"own\"}}");
        daemon.on("POST", "/images/create", 200, "{\"status\":\"done\"}");
        run("pull", "r.example/app").result();
        assertThat(home.resolve("asked-own")).hasContent("get");
        assertThat(home.resolve("asked-all")).doesNotExist();
        run("pull", "other.example/app").result();
        assertThat(home.resolve("asked-all")).hasContent("get");
    }

    @Test
    void aHelperThatIsMissingOrNoNameIsTold() throws IOException {
        config("{\"credsStore\":\"nosuch\"}");
        assertThat(run("pull", "r.example/app").result().err())
                .contains("exec: \"docker-credential-nosuch\": executable file not found in $PATH");
        config("{\"credsStore\":\"../../bin/sh\"}");
        assertThat(run("pull", "r.example/app").result().err()).contains("invalid credential helper");
    }

    @Test
    void everyTagIsAskedForAtOnce() {
        daemon.on("POST", "/images/create", 200, "{\"status\":\"done\"}");
        daemon.on("POST", "/images/r.example/app/push", 200, "{\"status\":\"done\"}");
        assertThat(run("pull", "-a", "r.example/app").result().code()).isZero();
        assertThat(daemon.last("/images/create").path())
                .contains("fromImage=r.example")
                .doesNotContain("tag=latest");
        assertThat(run("push", "-a", "r.example/app").result().code()).isZero();
        assertThat(daemon.last("/push").path()).doesNotContain("tag=latest");
        assertThat(run("pull", "-a", "r.example/app:v1").result().err()).contains("tag can't be used with --all-tags");
        assertThat(run("push", "-a", "r.example/app:v1").result().err()).contains("tag can't be used with --all-tags");
    }

    /** A terminal for output only. */
    private static final class Screen implements Terminal {
        @Override
        public boolean isInput() {
            return false;
        }

        @Override
        public boolean isOutput() {
            return true;
        }

        @Override
        public Optional<Size> size() {
            return Optional.of(new Size(24, 80));
        }

        @Override
        public Raw raw() {
            return () -> {};
        }
    }

    private static final String PULL = """
            {"status":"Pulling from app","id":"v1"}
            {"status":"Downloading","progressDetail":{"current":25,"total":100},"id":"aaa"}
            {"status":"Downloading","progressDetail":{"current":1,"total":100},"id":"bbb"}
            {"status":"Downloading","progressDetail":{"current":100,"total":100},"id":"aaa"}
            {"status":"Pull complete","progressDetail":{},"id":"aaa"}
            {"status":"Status: Downloaded newer image for app:v1"}
            """;

    @Test
    void aTerminalShowsABarForEachLayerInItsOwnLine() {
        daemon.on("POST", "/images/create", 200, PULL);
        String out = run("pull", "r.example/app:v1").on(new Screen()).result().out();
        assertThat(out).contains("aaa: Downloading [============>");
        assertThat(out).contains("25B/100B");
        assertThat(out).contains("\u001b[2A\u001b[2K\raaa: Downloading [" + "=".repeat(50) + ">]  100B/100B");
        assertThat(out).contains("\u001b[1A\u001b[2K\rbbb: Downloading");
        assertThat(out).contains("aaa: Pull complete");
    }

    @Test
    void elsewhereThereArePlainLinesWithoutBars() {
        daemon.on("POST", "/images/create", 200, PULL);
        String out = run("pull", "r.example/app:v1").result().out();
        assertThat(out).doesNotContain("\u001b").doesNotContain("[=");
        assertThat(out.lines())
                .contains("aaa: Pull complete", "Status: Downloaded newer image for app:v1", "r.example/app:v1");
    }

    @Test
    void anImportFromTheWebShowsHowFarItIs() {
        daemon.on(
                "POST",
                "/images/create",
                200,
                "{\"status\":\"Importing\",\"progressDetail\":{\"current\":50,\"total\":100}}\n{\"status\":\"sha256:1\"}\n");
        Run.Result shown = run("import", "http://web.example/root.tar", "made:v1")
                .on(new Screen())
                .result();
        assertThat(daemon.last("/images/create").path()).contains("fromSrc=http%3A%2F%2Fweb.example%2Froot.tar");
        assertThat(shown.out())
                .contains("\u001b[2K\rImporting [=========================>")
                .endsWith("sha256:1\n");
        assertThat(run("import", "http://web.example/root.tar").result().out()).isEqualTo("sha256:1\n");
    }
}
