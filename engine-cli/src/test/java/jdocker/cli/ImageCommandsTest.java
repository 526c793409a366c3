package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What moves images into archives and out of them, compares, checks and clears them away. */
class ImageCommandsTest {
    @TempDir
    Path home;

    private FakeDaemon daemon;

    @BeforeEach
    void startDaemon() throws IOException {
        daemon = new FakeDaemon();
    }

    @AfterEach
    void stopDaemon() throws IOException {
        daemon.close();
    }

    private Run run(String... arguments) {
        return Run.against(daemon, arguments).from(home);
    }

    @Test
    void aLoadTellsWhatItBroughtAndAsksForAPlatform() throws IOException {
        daemon.on("POST", "/images/load", 200, "{\"stream\":\"Loaded image: app:v1\\n\"}");
        Files.writeString(home.resolve("a.tar"), "archive");
        Run.Result loaded =
                run("load", "-i", "a.tar", "--platform", "linux/arm64").result();
        assertThat(loaded.code()).as(loaded.err()).isZero();
        assertThat(loaded.out()).isEqualTo("Loaded image: app:v1\n");
        assertThat(daemon.last("/images/load").body()).isEqualTo("archive");
        assertThat(daemon.last("/images/load").path()).contains("platform=%7B", "arm64");
        assertThat(run("load", "-q").in("from stdin").result().code()).isZero();
        assertThat(daemon.last("/images/load").body()).isEqualTo("from stdin");
        assertThat(run("load", "-i", "nosuch.tar").result().err()).contains("open nosuch.tar");
    }

    @Test
    void aFailureInTheStreamIsTheCommandsFailure() {
        daemon.on(
                "POST",
                "/images/load",
                200,
                "{\"status\":\"Loading layer\",\"id\":\"x\"}\n{\"errorDetail\":{\"message\":\"invalid diffID\"},\"error\":\"invalid diffID\"}");
        Run.Result loaded = run("load").in("x").result();
        assertThat(loaded.code()).isEqualTo(1);
        assertThat(loaded.err()).contains("invalid diffID");
    }

    @Test
    void aSavedFileIsWholeOrAbsent() throws IOException {
        daemon.on("GET", "/images/get", 200, "the archive");
        assertThat(run("save", "-o", "out.tar", "app:v1", "other").result().code())
                .isZero();
        assertThat(home.resolve("out.tar")).hasContent("the archive");
        assertThat(daemon.last("/images/get").path()).contains("names=app%3Av1", "names=other");
        daemon.on("GET", "/images/get", (client, _) -> {
            FakeDaemon.write(client, FakeDaemon.head(200, 1000) + "only a part");
            client.close();
        });
        assertThat(run("save", "-o", "out.tar", "app:v1").result().code()).isNotZero();
        assertThat(home.resolve("out.tar")).hasContent("the archive");
        try (var left = Files.list(home)) {
            assertThat(left).containsExactly(home.resolve("out.tar"));
        }
        assertThat(run("save", "-o", "no/such/out.tar", "app:v1").result().err())
                .contains("does not exist");
    }

    @Test
    void aCommitSendsWhatItIsTold() {
        daemon.on("POST", "/commit", 201, "{\"Id\":\"sha256:1\"}");
        Run.Result made = run("commit", "-a", "me", "-m", "why", "-c", "CMD x", "-p=false", "web", "made:v1")
                .result();
        assertThat(made.out()).as(made.err()).isEqualTo("sha256:1\n");
        assertThat(daemon.last("/commit").path())
                .contains("container=web", "author=me", "comment=why", "changes=CMD", "pause=0", "made&tag=v1");
    }

    @Test
    void changesAreToldByLetters() {
        daemon.on(
                "GET",
                "/containers/web/changes",
                200,
                "[{\"Path\":\"/etc\",\"Kind\":0},{\"Path\":\"/new\",\"Kind\":1},{\"Path\":\"/gone\",\"Kind\":2}]");
        assertThat(run("diff", "web").result().out()).isEqualTo("C /etc\nA /new\nD /gone\n");
    }

    @Test
    void twoImagesAreToldApart() {
        daemon.on("GET", "/images/a/diff", 200, """
                {"From":"sha256:1","To":"sha256:2","SharedLayers":1,"Size":12,
                 "Files":[{"Path":"/one","Kind":0,"OldSize":5,"NewSize":17},{"Path":"/new","Kind":1,"OldSize":0,"NewSize":3},
                          {"Path":"/gone","Kind":2,"OldSize":3,"NewSize":0}],
                 "Config":[{"Name":"Cmd","OldValue":["sh"],"NewValue":null}]}""");
        Run.Result told = run("image", "diff", "a", "b").result();
        assertThat(told.out().lines().map(line -> line.replaceAll(" +", " ")))
                .as(told.err())
                .containsExactly(
                        "C /one 5B -> 17B",
                        "A /new 3B",
                        "D /gone 3B",
                        "1 added, 1 changed, 1 removed; size +12B; 1 layers in common",
                        "Cmd: [\"sh\"] -> (none)");
        assertThat(run("image", "diff", "--files", "a", "b").result().out()).doesNotContain("Cmd");
        assertThat(run("image", "diff", "-f", "{{.SharedLayers}}", "a", "b")
                        .result()
                        .out())
                .isEqualTo("1\n");
        assertThat(run("image", "diff", "a").result().code()).isEqualTo(1);
    }

    @Test
    void aScrubTellsWhatItDidAndFailsWhileSomethingIsDamaged() {
        daemon.on("POST", "/images/scrub", 200, "{\"status\":\"layer is damaged: repaired\",\"id\":\"abc\"}");
        assertThat(run("image", "scrub").result().out()).isEqualTo("abc: layer is damaged: repaired\n");
        assertThat(daemon.last("/images/scrub").path()).contains("repair=1");
        daemon.on("POST", "/images/scrub", 200, "{\"errorDetail\":{\"message\":\"1 blobs or layers are damaged\"}}");
        Run.Result failed = run("image", "scrub", "--dry-run").result();
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("1 blobs or layers are damaged");
        assertThat(daemon.last("/images/scrub").path()).contains("repair=0");
    }

    @Test
    void aPruneAsksFirstAndTellsWhatWent() {
        daemon.on(
                "POST",
                "/images/prune",
                200,
                "{\"ImagesDeleted\":[{\"Untagged\":\"app:v1\"},{\"Deleted\":\"sha256:1\"}],\"SpaceReclaimed\":1500}");
        assertThat(run("image", "prune").in("n\n").result().code()).isEqualTo(1);
        assertThat(daemon.asked()).isEmpty();
        Run.Result pruned =
                run("image", "prune", "-a", "-f", "--filter", "until=24h").result();
        assertThat(pruned.out())
                .isEqualTo("Deleted Images:\nuntagged: app:v1\ndeleted: sha256:1\n\nTotal reclaimed space: 1.5kB\n");
        assertThat(daemon.last("/images/prune").path()).contains("dangling", "false", "until", "24h");
    }

    @Test
    void aSearchListsWhatIsFoundAndTellsWhyNothingCanBe() {
        daemon.on(
                "GET",
                "/images/search",
                200,
                "[{\"name\":\"app\",\"description\":\"An app\\nof many words that go on and on and on and on\",\"star_count\":7,\"is_official\":true}]");
        Run.Result found = run("search", "--limit", "5", "app").result();
        assertThat(found.out()).as(found.err()).contains("NAME", "app", "An app of many words", "…", "7", "[OK]");
        assertThat(daemon.last("/images/search").path()).contains("term=app", "limit=5");
        daemon.on("GET", "/images/search", 500, "{\"message\":\"registry r.example has no search\"}");
        assertThat(run("search", "r.example/app").result().err()).contains("has no search");
    }

    @Test
    void removedImagesAreToldAndFailuresDoNotStopTheRest() {
        daemon.on("DELETE", "/images/a", 200, "[{\"Untagged\":\"a:latest\"},{\"Deleted\":\"sha256:1\"}]");
        Run.Result removed =
                run("rmi", "--platform", "linux/amd64", "nosuch", "a").result();
        assertThat(removed.code()).isEqualTo(1);
        assertThat(removed.out()).isEqualTo("Untagged: a:latest\nDeleted: sha256:1\n");
        assertThat(daemon.last("/images/a").path()).contains("platforms=%7B");
    }
}
