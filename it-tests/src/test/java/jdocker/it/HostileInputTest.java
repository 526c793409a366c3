package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients and archives that mean harm, or are broken: the right answer, and a daemon that goes on unmoved. */
class HostileInputTest {

    private static Engine engine;
    private static long pid;

    @BeforeAll
    static void startEngine() {
        engine = Engine.withBusybox();
        pid = engine.pid();
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    @AfterEach
    void theDaemonIsUnmoved() {
        assertThat(engine.http().get("/_ping").is(200).body()).isEqualTo("OK");
        assertThat(engine.pid()).isEqualTo(pid);
        assertThat(Traces.entries(engine.dataRoot().resolve("tmp"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"Image\":",
                "[]",
                "\"text\"",
                "17",
                "{\"Image\":\"busybox\"} trailing",
                "{\"Image\":\"busybox\"}{}",
                "{\"Image\":7,}",
                "{\"Image\":{}}",
                "{\"Image\":\"busybox\",\"Cmd\":7}",
                "{\"Image\":\"busybox\",\"Env\":{\"a\":1}}",
                "{\"Image\":\"busybox\",\"Env\":[1,{}]}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"Memory\":\"much\"}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"Memory\":-5}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"Memory\":1e999}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"NanoCpus\":-1}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"CpusetCpus\":\"0-2147483647\"}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"CapAdd\":[\"NO_SUCH\"]}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"Binds\":[\"/etc:relative\"]}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"Binds\":[\"/etc:/proc/self\"]}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"Binds\":[\"/etc:/x:nonsense\"]}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"Sysctls\":{\"kernel.core_pattern\":\"|/x\"}}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"Sysctls\":{\"net.ipv4.ip_forward=1+kernel.core_pattern\":\"x\"}}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"ExtraHosts\":[\"a\\nb:1.2.3.4\"]}}",
                "{\"Image\":\"busybox\",\"Hostname\":\"a\\nb\"}",
                "{\"Image\":\"busybox\",\"StopSignal\":\"SIGNOPE\"}",
                "{\"Image\":\"busybox\",\"WorkingDir\":\"relative\"}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"Ulimits\":[{\"Name\":\"nope\",\"Soft\":1,\"Hard\":1}]}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"sometimes\"}}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"NetworkMode\":\"container:\"}}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"Devices\":[{\"PathOnHost\":\"/no/such\",\"PathInContainer\":\"/dev/x\",\"CgroupPermissions\":\"q\"}]}}",
                "{\"Image\":\"busybox\",\"Env\":[\"A=\\u0000B\"]}",
                "{\"Image\":\"busybox\",\"Cmd\":[\"a\\u0000b\"]}",
                "{\"Image\":\"\"}",
                "{}",
                "null"
            })
    void aBadCreateIsRefused(String body) {
        Http.Answer answer = engine.http().post("/containers/create", body);
        assertThat(answer.status()).as(answer.body()).isBetween(400, 404);
        assertThat(answer.body()).startsWith("{\"message\":\"");
    }

    @Test
    void deepNestingAndManyKeysAreRefusedNotSuffered() {
        assertThat(engine.http()
                        .post("/containers/create", "{\"a\":".repeat(100_000))
                        .status())
                .isEqualTo(400);
        assertThat(engine.http()
                        .post("/containers/create", "[".repeat(1_000_000))
                        .status())
                .isEqualTo(400);
        assertThat(engine.http()
                        .post("/containers/create", "{\"Image\":\"" + "a".repeat(3_000_000) + "\"}")
                        .status())
                .isBetween(400, 413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "%2e%2e",
                "..%2f..%2fetc%2fpasswd",
                "a%00b",
                "%0a",
                "%F0%9F%90%B3",
                "' or 1=1",
                "nope",
                "-",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            })
    void anUnknownOrOddIdIsNotFound(String id) {
        for (String action : List.of("json", "logs?stdout=1", "top")) {
            assertThat(engine.http()
                            .get("/containers/" + id.replace(" ", "%20") + "/" + action)
                            .status())
                    .as(action)
                    .isIn(400, 404);
        }
        assertThat(engine.http()
                        .post("/containers/" + id.replace(" ", "%20") + "/start", "")
                        .status())
                .isIn(400, 404);
        assertThat(engine.http().delete("/containers/" + id.replace(" ", "%20")).status())
                .isIn(400, 404);
        assertThat(engine.http()
                        .get("/exec/" + id.replace(" ", "%20") + "/json")
                        .status())
                .isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", "", "%2e%2e%2fx", "-x", ".x", "a b", "x%0ay", "x%00y"})
    void anOddNameIsRefused(String name) {
        int status = engine.http()
                .post("/containers/create?name=" + name.replace(" ", "%20"), "{\"Image\":\"busybox\"}")
                .status();
        if (name.isEmpty()) {
            assertThat(status).isEqualTo(201);
            engine.docker("rm", engine.docker("ps", "-lq").ok().text()).ok();
        } else {
            assertThat(status).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /_ping HTTP/1.1\\r\\nHost: d\\r\\nContent-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
                "GET /_ping HTTP/1.1\\r\\nHost: d\\r\\nContent-Length: 1\\r\\nContent-Length: 2\\r\\n\\r\\nab",
                "GET /_ping HTTP/1.1\\r\\nHost: d\\r\\nContent-Length: +5\\r\\n\\r\\nabcde",
                "GET /_ping HTTP/1.1\\r\\nHost: d\\r\\nContent-Length: -1\\r\\n\\r\\n",
                "GET /_ping HTTP/1.1\\r\\nHost : d\\r\\n\\r\\n",
                "GET /_ping HTTP/1.1\\r\\nHost: d\\r\\n folded: x\\r\\n\\r\\n",
                "GARBAGE\\r\\n\\r\\n",
                "GET / HTTP/9.9\\r\\nHost: d\\r\\n\\r\\n",
                "GET /_ping HTTP/1.1\\r\\n\\r\\n"
            })
    void aSmuggledRequestIsRefused(String request) {
        Http.Answer answer = engine.http().raw(request.replace("\\r", "\r").replace("\\n", "\n"), new byte[0]);
        assertThat(answer.status()).isIn(0, 400, 431, 505);
    }

    @Test
    void anEndlessHeaderIsCutOff() {
        assertThat(engine.http()
                        .raw("GET /_ping HTTP/1.1\r\nHost: d\r\nX: " + "a".repeat(4 << 20) + "\r\n\r\n", new byte[0])
                        .status())
                .isIn(0, 400, 431);
    }

    @Test
    void twoThousandIdleConnectionsDisturbNobody() throws IOException {
        var idle = new ArrayList<SocketChannel>();
        try {
            for (int i = 0; i < 2000; i++) {
                SocketChannel channel = engine.http().connect();
                if (i % 2 == 0) {
                    Http.write(channel, TestImages.text("GET /_pi"));
                }
                idle.add(channel);
            }
            assertThat(engine.http().get("/_ping").is(200).body()).isEqualTo("OK");
            engine.docker("run", "--rm", "--network", "none", "busybox", "true").ok();
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../escape", "/../escape", "a/../../escape", "a/../../../../../../var/tmp/jdit-escape"})
    void aLayerNameThatLeadsOutsideIsRefused(String name) {
        byte[] rootFs = TestImages.tar(tar -> {
            TestImages.directory(tar, "a/", 0755);
            TestImages.file(tar, name, 0644, TestImages.text("x"));
        });
        refused(rootFs);
    }

    @Test
    void linksCannotCarryFilesOutside() throws IOException {
        Path victim = Files.writeString(engine.root().resolve("victim"), "untouched");
        for (String target : List.of(
                engine.root().toString(),
                "../../../../../../../.." + engine.root(),
                "/proc/self/root" + engine.root())) {
            byte[] rootFs = TestImages.tar(tar -> {
                TestImages.link(tar, "out", target);
                TestImages.file(tar, "out/victim", 0644, TestImages.text("overwritten"));
            });
            // Resolved inside the layer it may be taken; what counts is the host.
            engine.dockerWithInput(rootFs, "import", "-", "link:latest");
            assertThat(Files.readString(victim)).isEqualTo("untouched");
        }
        byte[] hard = TestImages.tar(tar -> TestImages.hardLink(tar, "passwd", "../../../../../../../../etc/passwd"));
        refused(hard);
        engine.docker("rmi", "link");
    }

    @Test
    void whiteoutsCannotReachOutside() {
        for (String name : List.of(".wh...", "a/.wh...", ".wh..", ".wh.")) {
            refused(TestImages.tar(tar -> TestImages.file(tar, name, 0644, new byte[0])));
        }
    }

    @Test
    void aNegativeOrHugeSizeIsRefused() {
        byte[] tar = TestImages.tar(t -> TestImages.file(t, "f", 0644, TestImages.text("x")));
        byte[] negative = tar.clone();
        negative[124] = (byte) 0xff;
        for (int i = 125; i < 136; i++) {
            negative[i] = (byte) 0xff;
        }
        fixChecksum(negative);
        refused(negative);
        byte[] huge = tar.clone();
        System.arraycopy(TestImages.text("77777777777\0"), 0, huge, 124, 12);
        fixChecksum(huge);
        refused(huge);
    }

    private static void fixChecksum(byte[] header) {
        for (int i = 148; i < 156; i++) {
            header[i] = ' ';
        }
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += header[i] & 0xff;
        }
        System.arraycopy(TestImages.text(String.format("%06o\0 ", sum)), 0, header, 148, 8);
    }

    private static void refused(byte[] rootFs) {
        Path root = engine.dataRoot().resolve("overlay2");
        List<Path> before = Traces.entries(root);
        CommandResult result = engine.dockerWithInput(rootFs, "import", "-", "bad:latest");
        assertThat(result.code()).as(result.out() + result.err()).isNotZero();
        assertThat(result.err()).isNotBlank();
        assertThat(Traces.entries(root)).containsExactlyInAnyOrderElementsOf(before);
        assertThat(engine.docker("images", "-q", "bad").ok().text()).isEmpty();
    }

    @Test
    void aTruncatedArchiveLeavesNothing() {
        byte[] archive = TestImages.dockerArchive("cut:1", "\"Cmd\":[\"x\"]", List.of(TestImages.busyboxRootFs()));
        var random = new Random(3);
        for (int i = 0; i < 12; i++) {
            byte[] cut = java.util.Arrays.copyOf(archive, random.nextInt(archive.length - 2048));
            CommandResult result = engine.dockerWithInput(cut, "load");
            assertThat(result.code()).as(result.out()).isNotZero();
            assertThat(engine.docker("images", "-q", "cut").ok().text()).isEmpty();
        }
    }

    @Test
    void anArchiveThatLiesAboutItsLayersIsRefused() {
        byte[] layer = TestImages.tar(tar -> TestImages.file(tar, "f", 0644, TestImages.text("x")));
        String other = "sha256:" + TestImages.sha256(TestImages.text("other"));
        byte[] config = TestImages.text(
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + other
                        + "\"]}}");
        byte[] lying = TestImages.tar(tar -> {
            TestImages.file(tar, "layer.tar", 0644, layer);
            TestImages.file(tar, "c.json", 0644, config);
            TestImages.file(
                    tar,
                    "manifest.json",
                    0644,
                    TestImages.text("[{\"Config\":\"c.json\",\"RepoTags\":[\"liar:1\"],\"Layers\":[\"layer.tar\"]}]"));
        });
        assertThat(engine.dockerWithInput(lying, "load").exits(1).err()).isNotBlank();
        byte[] traversal = TestImages.tar(tar -> {
            TestImages.file(tar, "layer.tar", 0644, layer);
            TestImages.file(
                    tar,
                    "manifest.json",
                    0644,
                    TestImages.text(
                            "[{\"Config\":\"../../../../etc/passwd\",\"RepoTags\":[\"liar:1\"],\"Layers\":[\"/etc/passwd\"]}]"));
        });
        assertThat(engine.dockerWithInput(traversal, "load").exits(1).err()).isNotBlank();
        byte[] linked = TestImages.tar(tar -> {
            var entry = new TarArchiveEntry("manifest.json", TarConstants.LF_SYMLINK);
            entry.setLinkName("/etc/passwd");
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        });
        assertThat(engine.dockerWithInput(linked, "load").exits(1).err()).isNotBlank();
        assertThat(engine.docker("images", "-q", "liar").ok().text()).isEmpty();
    }

    @Test
    void aLogReaderThatStopsReadingDisturbsNobody() throws IOException {
        String id = engine.docker(
                        "run",
                        "-d",
                        "--network",
                        "none",
                        "busybox",
                        "sh",
                        "-c",
                        "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); echo line $i; done; sleep 1000")
                .ok()
                .text();
        try (SocketChannel slow = engine.http().connect()) {
            Http.write(
                    slow,
                    TestImages.text("GET /containers/" + id + "/logs?stdout=1&follow=1 HTTP/1.1\r\nHost: d\r\n\r\n"));
            Engine.eventually(
                    "the container wrote everything",
                    Duration.ofSeconds(60),
                    () -> engine.docker("logs", "--tail", "1", id).ok().text().equals("line 100000"));
        }
        engine.docker("rm", "-f", id).ok();
    }
}
