package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ListCommandsTest {
    private static final String ID = "4a1f0b1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccdd0";
    private static final String IMAGE = "sha256:1111111111112222222222223333333333334444444444445555555555556666";
    private static final long NOW = Run.NOW.getEpochSecond();
    private static final String CONTAINERS = """
            [{"Id":"%s","Names":["/web"],"Image":"busybox:latest","ImageID":"%s",
              "Command":"sh -c 'while true; do sleep 1000; done'","Created":%d,
              "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},
                       {"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},
                       {"PrivatePort":443,"Type":"tcp"},{"PrivatePort":444,"Type":"tcp"}],
              "Labels":{"c":"","a":"b"},"State":"running","Status":"Up About a minute","SizeRw":1234567,
              "SizeRootFs":987654321,"NetworkSettings":{"Networks":{"bridge":{}}},
              "Mounts":[{"Source":"/very/long/path/name"},{"Name":"0123456789abcdef0123","Driver":"local"}]},
             {"Id":"bb1f0b1c2d3e","Names":["/calm","/web/alias"],"Image":"%s","ImageID":"%s","Command":"/bin/true",
              "Created":%d,"Ports":[],"Labels":null,"State":"exited","Status":"Exited (0) 3 days ago",
              "NetworkSettings":{"Networks":{"none":{}}},"Mounts":[]}]
            """.formatted(ID, IMAGE, NOW - 65, IMAGE, IMAGE, NOW - 3 * 86400);
    private static final String IMAGES = """
            [{"Id":"%s","RepoTags":["busybox:latest","my/app:1.0"],"RepoDigests":["busybox@sha256:aaaa"],"Created":%d,
              "Size":4260000,"SharedSize":-1,"Containers":-1},
             {"Id":"sha256:2222","RepoTags":[],"RepoDigests":[],"Created":%d,"Size":123456789,"SharedSize":-1,"Containers":-1}]
            """.formatted(IMAGE, NOW - 40 * 86400, NOW - 5 * 3600);

    private FakeDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon().on("GET", "/containers/json", 200, CONTAINERS).on("GET", "/images/json", 200, IMAGES);
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    @Test
    void listsContainersInDockersColumns() {
        assertThat(out("ps")).isEqualTo("""
                        CONTAINER ID   IMAGE            COMMAND                  CREATED              STATUS                  PORTS                                                  NAMES
                        4a1f0b1c2d3e   busybox:latest   "sh -c 'while true; …"   About a minute ago   Up About a minute       443-444/tcp, 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp   web
                        bb1f0b1c2d3e   111111111111     "/bin/true"              3 days ago           Exited (0) 3 days ago                                                          calm
                        """);
    }

    @Test
    void listsContainersWhole() {
        assertThat(out("ps", "--no-trunc")).contains(ID, IMAGE, "do sleep 1000; done'\"", "calm,web/alias");
    }

    @Test
    void listsIds() {
        assertThat(out("ps", "-aq")).isEqualTo("4a1f0b1c2d3e\nbb1f0b1c2d3e\n");
        assertThat(daemon.asked()).containsExactly("GET /v1.51/containers/json?all=1");
    }

    @Test
    void asksForSizesWhenTheyAreShown() {
        assertThat(out("ps", "-s")).contains("SIZE\n", "1.23MB (virtual 988MB)\n");
        out("ps", "--format", "{{.Size}}");
        assertThat(daemon.asked()).allMatch(line -> line.endsWith("?size=1"));
    }

    @Test
    void passesFiltersAndLimits() {
        out("ps", "-f", "status=running", "-f", "label=a=b", "-n", "3", "-l");

        assertThat(daemon.asked())
                .containsExactly(
                        "GET /v1.51/containers/json?filters="
                                + "%7B%22label%22%3A%7B%22a%3Db%22%3Atrue%7D%2C%22status%22%3A%7B%22running%22%3Atrue%7D%7D&limit=3");
    }

    @Test
    void fillsTemplates() {
        assertThat(out("ps", "--format", "{{.ID}}: {{.Names}} {{.Label \"a\"}} {{.Mounts}} {{.LocalVolumes}}"))
                .isEqualTo("4a1f0b1c2d3e: web b /very/long/pat…,0123456789abcd… 1\nbb1f0b1c2d3e: calm   0\n");
        assertThat(out("ps", "--format", "table {{.Names}}\\t{{upper .Image}}\\t{{.Label \"x.a-b\"}}"))
                .startsWith("NAMES     IMAGE            a b\nweb       BUSYBOX:LATEST   \n");
    }

    @Test
    void writesJsonLinesWithSortedNames() {
        assertThat(out("ps", "--format", "json"))
                .startsWith(
                        "{\"Command\":\"\\\"sh -c 'while true; …\\\"\",\"CreatedAt\":\"2026-01-02 03:03:00 +0000 UTC\","
                                + "\"ID\":\"4a1f0b1c2d3e\",\"Image\":\"busybox:latest\",\"Labels\":\"a=b,c=\"")
                .contains("0.0.0.0:8080-\\u003e80/tcp");
    }

    @Test
    void namesTheMistakeInATemplateBeforeAsking() {
        Run.Result result = Run.against(daemon, "ps", "--format", "{{foo .ID}}").result();

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("failed to parse template: template: :1: function \"foo\" not defined\n");
        assertThat(daemon.asked()).isEmpty();
        assertThat(Run.against(daemon, "ps", "--format", "{{.Foo}}").result().err())
                .startsWith("failed to execute template: template: :1:2: executing \"\" at <.Foo>");
    }

    /** As docker 28.5 prints it, but for the bold headings. */
    @Test
    void listsImagesAsATree() {
        daemon.on("GET", "/images/json", 200, """
                [{"Id":"%s","RepoTags":["tt:1","tt:2"],"Created":%d,"Size":1150000,"Containers":1},
                 {"Id":"sha256:2222222222222222","RepoTags":[],"Created":%d,"Size":3000000,"Containers":0,"Manifests":[
                  {"ID":"sha256:3333333333333333","Kind":"image","Size":{"Total":2000000,"Content":1000000},
                   "ImageData":{"Platform":{"os":"linux","architecture":"arm64","variant":"v8"},"Containers":["c"]}},
                  {"ID":"sha256:4444444444444444","Kind":"attestation","Size":{"Total":5,"Content":5}},
                  {"ID":"sha256:5555555555555555","Kind":"image","Size":{"Total":1000000,"Content":500000},
                   "ImageData":{"Platform":{"os":"linux","architecture":"amd64"}}}]}]
                """.formatted(IMAGE, NOW - 10, NOW - 5));
        String tree = out("images", "--tree");
        assertThat(tree.lines().map(String::stripTrailing))
                .containsExactly(
                        "WARNING: This is an experimental feature. The output may change and shouldn't be depended on.",
                        " ".repeat(62) + "Info ->  U In Use",
                        "",
                        "IMAGE               ID             DISK USAGE   CONTENT SIZE   EXTRA",
                        "<untagged>          222222222222          3MB          1.5MB   U",
                        "├─ linux/arm64/v8   333333333333          2MB            1MB   U",
                        "└─ linux/amd64      555555555555          1MB          500kB",
                        "",
                        "tt:1",
                        "tt:2                111111111111       1.15MB             0B   U");
        assertThat(daemon.asked().getLast()).contains("manifests=1");
        assertThat(out("images", "--tree", "-a")).contains("├─ (attestation)");
        for (String flag : new String[] {"--quiet", "--no-trunc", "--digests", "--format=x"}) {
            assertThat(Run.against(daemon, "images", "--tree", flag).result().err())
                    .contains("is not yet supported with --tree");
        }
    }

    @Test
    void listsImages() {
        assertThat(out("images")).isEqualTo("""
                        REPOSITORY   TAG       IMAGE ID       CREATED       SIZE
                        busybox      latest    111111111111   5 weeks ago   4.26MB
                        my/app       1.0       111111111111   5 weeks ago   4.26MB
                        <none>       <none>    2222           5 hours ago   123MB
                        """);
        assertThat(out("images", "--digests", "busybox")).contains("busybox      latest    sha256:aaaa   111111111111");
        assertThat(daemon.asked().getLast()).contains("reference%22%3A%7B%22busybox");
        assertThat(out("image", "ls", "-q")).isEqualTo("111111111111\n111111111111\n2222\n");
    }

    @Test
    void showsHistoryAndTop() {
        daemon.on(
                "GET",
                "/images/busybox/history",
                200,
                "[{\"Id\":\"" + IMAGE + "\",\"Created\":" + (NOW - 86400 * 40)
                        + ",\"CreatedBy\":\"CMD\",\"Size\":0,\"Comment\":\"\"},{\"Id\":\"<missing>\",\"Created\":0,"
                        + "\"CreatedBy\":\"ADD a rather long command line, longer than shown\",\"Size\":4260000,\"Comment\":\"c\"}]");
        daemon.on("GET", "/containers/web/top", 200, "{\"Titles\":[\"PID\",\"CMD\"],\"Processes\":[[\"1\",\"sh\"]]}");

        assertThat(out("history", "busybox")).isEqualTo("""
                        IMAGE          CREATED       CREATED BY                                      SIZE      COMMENT
                        111111111111   5 weeks ago   CMD                                             0B       \s
                        <missing>      N/A           ADD a rather long command line, longer than …   4.26MB    c
                        """);
        assertThat(out("top", "web", "-o", "pid")).isEqualTo("PID                 CMD\n1                   sh\n");
        assertThat(daemon.asked().getLast()).isEqualTo("GET /v1.51/containers/web/top?ps_args=-o+pid");
    }

    private String out(String... arguments) {
        Run.Result result = Run.against(daemon, arguments).result();
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        return result.out();
    }
}
