package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The crash contract: SIGKILL to the daemon at any instruction loses no container, no output, no exit status and no
 * acknowledged object, and the next daemon leaves nothing half done.
 */
class CrashTest {

    private static final int REGISTRY_PORT = 5011;
    private static final String REMOTE = "127.0.0.1:" + REGISTRY_PORT + "/crash/app:1";
    private static final String WRITE = "echo x > /written; rm /etc/group; mkdir /made; rm -r /home";

    private Engine engine;
    private Optional<LocalRegistry> registry = Optional.empty();
    private Invariants invariants;
    private String witness;
    private long witnessPid;

    @BeforeEach
    void startEngineAndWitness() {
        engine = Engine.withBusybox();
        invariants = new Invariants(engine);
        witness = engine.docker(
                        "run",
                        "-d",
                        "--name",
                        "witness",
                        "--network",
                        "none",
                        "--log-opt",
                        "max-size=100m",
                        "busybox",
                        "sh",
                        "-c",
                        "i=0; while :; do i=$((i+1)); echo line $i; usleep 1000; done")
                .ok()
                .text();
        witnessPid = pidOf(witness);
    }

    @AfterEach
    void stopEngine() {
        registry.ifPresent(LocalRegistry::close);
        engine.close();
    }

    private long pidOf(String container) {
        return inspect(container).get("State").get("Pid").asLong();
    }

    private JsonNode inspect(String container) {
        return Invariants.json(
                engine.http().get("/containers/" + container + "/json").is(200).body());
    }

    private String create(String name, String script) {
        return Invariants.json(engine.http()
                        .post("/containers/create?name=" + name, createBody(script))
                        .is(201)
                        .body())
                .get("Id")
                .asText();
    }

    private static String createBody(String script) {
        return "{\"Image\":\"busybox\",\"Cmd\":[\"sh\",\"-c\",\"" + script
                + "\"],\"HostConfig\":{\"NetworkMode\":\"none\"}}";
    }

    /** The witness has run all the time as the same process and every line it wrote is in its log, once and in order. */
    private void checkWitness() {
        assertThat(pidOf(witness)).isEqualTo(witnessPid);
        long before = lastLine();
        Engine.eventually("the witness goes on", Duration.ofSeconds(10), () -> lastLine() > before + 10);
        List<String> lines = engine.docker("logs", "witness").ok().out().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).isEqualTo("line " + (i + 1));
        }
    }

    private long lastLine() {
        String last = engine.docker("logs", "--tail", "1", "witness").ok().text();
        return last.isEmpty() ? 0 : Long.parseLong(last.substring(5));
    }

    /** Each class of system call of each operation, as {@code strace -c} counted them. */
    @ParameterizedTest(name = "in {0}, at {1} number {2}")
    @CsvSource({
        "start, mount|fsmount, 1",
        "start, memfd_create, 1",
        "start, socketpair, 1",
        "start, vfork|clone|clone3, 1",
        "start, mkdir|mkdirat, 1",
        "start, mkdir|mkdirat, 4",
        "start, pwrite64, 1",
        "start, pidfd_open, 1",
        "start, epoll_ctl, 1",
        "exec, memfd_create, 1",
        "exec, vfork|clone|clone3, 1",
        "exec, pidfd_open, 1",
        "stop, pidfd_send_signal, 1",
        "stop, pwrite64, 1",
        "rm, rename|renameat|renameat2, 1",
        "rm, unlink|unlinkat, 1",
        "rm, fdatasync|fsync, 1",
        "load, openat2, 3",
        "load, syncfs, 1",
        "load, rename|renameat|renameat2, 1",
        "load, fdatasync|fsync, 1",
        "create, fdatasync|fsync, 1",
        "create, mkdir|mkdirat, 1",
        "commit, openat2, 3",
        "commit, syncfs, 1",
        "commit, rename|renameat|renameat2, 1",
        "commit, fdatasync|fsync, 1",
        "rmi, rename|renameat|renameat2, 1",
        "rmi, unlink|unlinkat, 1",
        "rmi, fdatasync|fsync, 1",
        "push, openat, 2",
        "push, rename|renameat|renameat2, 1",
        "push, fdatasync|fsync, 1",
        "pull, openat2, 1",
        "pull, syncfs, 1",
        "pull, rename|renameat|renameat2, 1",
        "pull, fdatasync|fsync, 1"
    })
    void survivesAKillAt(String operation, String calls, int nth) {
        prepare(operation);
        warm();
        Process tracer = killAt(calls.replace('|', ','), nth);
        perform(operation);
        try {
            Engine.eventually(
                    "the daemon meets " + calls + " number " + nth + " in " + operation,
                    Duration.ofSeconds(10),
                    () -> !engine.running());
        } finally {
            tracer.destroy();
        }
        engine.start();
        invariants.check();
        settle(operation);
        checkWitness();
        invariants.check();
    }

    private void prepare(String operation) {
        switch (operation) {
            case "start" -> create("target", "echo begun; sleep 1000");
            case "exec", "stop" ->
                engine.http()
                        .post("/containers/" + create("target", "sleep 1000") + "/start", "")
                        .is(204);
            case "rm" -> create("target", "true");
            case "commit" ->
                engine.docker("run", "--name", "target", "--network", "none", "busybox", "sh", "-c", WRITE)
                        .ok();
            case "rmi" -> engine.dockerWithInput(archive(), "load").ok();
            case "push" -> {
                registry = Optional.of(LocalRegistry.plain(engine, REGISTRY_PORT));
                engine.dockerWithInput(archive(), "load").ok();
                engine.docker("tag", "loaded:1", REMOTE).ok();
            }
            case "pull" -> {
                prepare("push");
                engine.docker("push", REMOTE).ok();
                engine.docker("rmi", REMOTE, "loaded:1").ok();
            }
            default -> {}
        }
    }

    /** Every pool thread that the operation may run on exists before the tracer attaches. */
    private void warm() {
        IntStream.range(0, 24).parallel().forEach(i -> engine.http().get("/containers/json"));
        for (int i = 0; i < 8; i++) {
            String id = create("warm" + i, "sleep 1000");
            engine.http().post("/containers/" + id + "/start", "").is(204);
            String exec = Invariants.json(engine.http()
                            .post("/containers/" + id + "/exec", "{\"Cmd\":[\"true\"]}")
                            .is(201)
                            .body())
                    .get("Id")
                    .asText();
            engine.http().post("/exec/" + exec + "/start", "{\"Detach\":true}").is(200);
            engine.http().post("/containers/" + id + "/stop?t=0", "").is(204);
            engine.http().delete("/containers/" + id).is(204);
        }
    }

    private Process killAt(String calls, int nth) {
        var words = new ArrayList<>(List.of(
                "strace",
                "-o",
                engine.root().resolve("strace.log").toString(),
                "-e",
                "trace=" + calls,
                "-e",
                "inject=" + calls + ":signal=KILL:when=" + nth));
        for (Path thread : Traces.entries(Path.of("/proc/" + engine.pid() + "/task"))) {
            words.addAll(List.of("-p", thread.getFileName().toString()));
        }
        Process tracer = Command.of(words, java.util.Map.of()).start();
        Engine.eventually("the tracer is attached", Duration.ofSeconds(10), () -> traced());
        return tracer;
    }

    private boolean traced() {
        try {
            for (Path thread : Traces.entries(Path.of("/proc/" + engine.pid() + "/task"))) {
                if (java.nio.file.Files.readString(thread.resolve("status")).contains("TracerPid:\t0")) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void perform(String operation) {
        try {
            Http http = engine.http();
            switch (operation) {
                case "create" -> http.post("/containers/create?name=target", createBody("true"));
                case "start" -> http.post("/containers/target/start", "");
                case "exec" -> {
                    String exec = Invariants.json(http.post("/containers/target/exec", "{\"Cmd\":[\"sleep\",\"0.2\"]}")
                                    .is(201)
                                    .body())
                            .get("Id")
                            .asText();
                    http.post("/exec/" + exec + "/start", "{\"Detach\":true}");
                }
                case "stop" -> http.post("/containers/target/stop?t=0", "");
                case "rm" -> http.delete("/containers/target");
                case "load" -> http.send("POST", "/images/load", "application/x-tar", archive());
                case "commit" -> http.post("/commit?container=target&repo=committed&tag=1", "");
                case "rmi" -> http.delete("/images/loaded:1");
                case "push" -> engine.docker("push", REMOTE);
                case "pull" -> engine.docker("pull", REMOTE);
                default -> throw new IllegalArgumentException(operation);
            }
        } catch (UncheckedIOException | AssertionError e) {
            // The daemon was killed before it answered.
        }
    }

    private static byte[] archive() {
        byte[] layer = TestImages.tar(tar -> {
            for (int i = 0; i < 50; i++) {
                TestImages.file(tar, "f" + i, 0644, TestImages.text("content " + i));
            }
        });
        return TestImages.dockerArchive("loaded:1", "\"Cmd\":[\"x\"]", List.of(TestImages.busyboxRootFs(), layer));
    }

    /** An image that is listed runs and has its files. */
    private void wholeOrAbsent(String image, String... command) {
        if (!engine.docker("images", "-q", image).ok().text().isEmpty()) {
            var words = new ArrayList<>(List.of("run", "--rm", "--network", "none", image));
            words.addAll(List.of(command));
            engine.docker(words.toArray(String[]::new)).ok();
        }
    }

    /** The interrupted operation can be done again, to its end. */
    private void settle(String operation) {
        Http http = engine.http();
        switch (operation) {
            case "create" -> {
                if (http.get("/containers/target/json").status() == 404) {
                    create("target", "true");
                }
                http.delete("/containers/target").is(204);
            }
            case "load" -> {
                engine.dockerWithInput(archive(), "load").ok();
                engine.docker("run", "--rm", "--network", "none", "loaded:1", "cat", "/f49")
                        .ok();
            }
            case "commit" -> {
                wholeOrAbsent("committed:1", "cat", "/written");
                engine.docker("commit", "target", "committed:1").ok();
                wholeOrAbsent("committed:1", "cat", "/written");
                assertThat(engine.docker("images", "-q", "committed:1").ok().text())
                        .isNotEmpty();
            }
            case "rmi" -> {
                wholeOrAbsent("loaded:1", "cat", "/f49");
                engine.dockerWithInput(archive(), "load").ok();
                engine.docker("run", "--rm", "--network", "none", "loaded:1", "cat", "/f49")
                        .ok();
                engine.docker("rmi", "loaded:1").ok();
            }
            case "push", "pull" -> {
                wholeOrAbsent(REMOTE, "cat", "/f49");
                if (operation.equals("push")) {
                    engine.docker("push", REMOTE).ok();
                    engine.docker("rmi", REMOTE, "loaded:1").ok();
                }
                engine.docker("pull", REMOTE).ok();
                engine.docker("run", "--rm", "--network", "none", REMOTE, "cat", "/f49")
                        .ok();
            }
            case "start" -> {
                assertThat(http.post("/containers/target/start", "").status()).isIn(204, 304);
                Engine.eventually(
                        "its output is kept",
                        Duration.ofSeconds(5),
                        () -> engine.docker("logs", "target").ok().out().contains("begun\n"));
                http.delete("/containers/target?force=1").is(204);
            }
            case "exec" -> engine.docker("exec", "target", "sh", "-c", "exit 4").exits(4);
            case "stop" -> {
                assertThat(http.post("/containers/target/stop?t=0", "").status())
                        .isIn(204, 304);
                assertThat(inspect("target").get("State").get("ExitCode").asInt())
                        .isEqualTo(137);
            }
            case "rm" -> assertThat(http.delete("/containers/target").status()).isIn(204, 404);
            default -> throw new IllegalArgumentException(operation);
        }
    }

    @Test
    void exitCodesAndOutputOfADaemonlessTimeAreKept() {
        engine.http()
                .post("/containers/" + create("seven", "usleep 700000; echo late; exit 7") + "/start", "")
                .is(204);
        engine.docker("run", "-d", "--rm", "--name", "fleeting", "--network", "none", "busybox", "usleep", "700000")
                .ok();
        engine.kill9();
        Engine.sleep(Duration.ofMillis(1200));
        engine.start();
        assertThat(engine.docker("wait", "seven").ok().text()).isEqualTo("7");
        assertThat(engine.docker("logs", "seven").ok().out()).isEqualTo("late\n");
        Engine.eventually(
                "--rm is honoured",
                Duration.ofSeconds(5),
                () -> engine.http().get("/containers/fleeting/json").status() == 404);
        assertThat(engine.docker(
                                "events",
                                "--since",
                                "1m",
                                "--until",
                                // The client cuts "0s" down to the whole second, which would leave out what just
                                // happened.
                                Long.toString(Instant.now().plusSeconds(1).getEpochSecond()),
                                "--filter",
                                "container=seven",
                                "--format",
                                "{{.Action}}")
                        .ok()
                        .out()
                        .lines())
                .containsSubsequence("start", "die");
        checkWitness();
        invariants.check();
    }

    @Test
    void aContainerWhoseShimVanishedIsEndedAndReported() {
        String id = engine.docker("run", "-d", "--network", "none", "busybox", "sleep", "1000")
                .ok()
                .text();
        long pid = pidOf(id);
        Traces.of(engine).shims().stream()
                .filter(shim -> parentOf(pid) == shim)
                .forEach(shim -> ProcessHandle.of(shim).orElseThrow().destroyForcibly());
        Engine.eventually(
                "its end is seen",
                Duration.ofSeconds(10),
                () -> inspect(id).get("State").get("Status").asText().equals("exited"));
        assertThat(inspect(id).get("State").get("ExitCode").asInt()).isEqualTo(137);
        invariants.check();
    }

    private static long parentOf(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .orElse(-1L);
    }

    @Test
    void anAttachedClientCanComeBack() {
        engine.docker("run", "-d", "-i", "--name", "echo", "--network", "none", "busybox", "cat")
                .ok();
        engine.kill9();
        engine.start();
        Process client =
                engine.dockerCommand("attach", "--no-stdin=false", "echo").start();
        try (var in = client.outputWriter();
                var out = client.inputReader()) {
            in.write("still here\n");
            in.flush();
            assertThat(out.readLine()).isEqualTo("still here");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            client.destroyForcibly();
        }
    }

    @Test
    void aGracefulStopLeavesContainersRunning() {
        engine.stop();
        assertThat(ProcessHandle.of(witnessPid)).isPresent();
        engine.start();
        checkWitness();
        invariants.check();
    }

    /** Thirty kills at random instants while four clients create, start, wait and remove. */
    @Test
    void survivesThirtyRandomKillsUnderLoad() throws InterruptedException {
        var random = new Random(20261122);
        for (int round = 0; round < 30; round++) {
            var stop = new AtomicBoolean();
            var clients = new ArrayList<Client>();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 4; i++) {
                var client = new Client("r" + round + "c" + i, stop);
                clients.add(client);
                threads.add(Thread.ofPlatform().start(client::work));
            }
            Engine.sleep(Duration.ofMillis(30 + random.nextInt(500)));
            stop.set(true);
            engine.kill9();
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(30));
            }
            engine.start();
            clients.forEach(Client::check);
            invariants.check();
        }
        checkWitness();
    }

    /** What one client was told, which the next daemon must still know. */
    private final class Client {

        private final String prefix;
        private final AtomicBoolean stop;
        private final ConcurrentHashMap<String, String> told = new ConcurrentHashMap<>();

        Client(String prefix, AtomicBoolean stop) {
            this.prefix = prefix;
            this.stop = stop;
        }

        void work() {
            for (int i = 0; !stop.get(); i++) {
                String name = prefix + "n" + i;
                try {
                    create(name, "echo one; usleep 20000; echo two; exit 5");
                    told.put(name, "created");
                    engine.http().post("/containers/" + name + "/start", "").is(204);
                    told.put(name, "started");
                    engine.http().post("/containers/" + name + "/wait", "").is(200);
                    told.put(name, "removing");
                    engine.http().delete("/containers/" + name).is(204);
                    told.put(name, "removed");
                } catch (UncheckedIOException e) {
                    if (!stop.get()) {
                        told.put(name, "broke off: " + e.getMessage());
                    }
                    return;
                } catch (AssertionError e) {
                    told.put(name, "failed: " + e.getMessage());
                    return;
                }
            }
        }

        void check() {
            told.forEach((name, state) -> {
                Http.Answer answer = engine.http().get("/containers/" + name + "/json");
                switch (state) {
                    case "created" -> answer.is(200);
                    case "started" -> {
                        answer.is(200);
                        assertThat(engine.http()
                                        .post("/containers/" + name + "/wait", "")
                                        .is(200)
                                        .body())
                                .contains("\"StatusCode\":5");
                        assertThat(engine.docker("logs", name).ok().out()).isEqualTo("one\ntwo\n");
                    }
                    case "removing" -> assertThat(answer.status()).isIn(200, 404);
                    case "removed" -> answer.is(404);
                    default -> throw new AssertionError(name + " " + state);
                }
                assertThat(engine.http()
                                .delete("/containers/" + name + "?force=1")
                                .status())
                        .isIn(204, 404);
            });
            // One that was being created when the daemon died is whole or absent; remove it if it is there.
            engine.http().delete("/containers/" + prefix + "n" + told.size() + "?force=1");
        }
    }
}
