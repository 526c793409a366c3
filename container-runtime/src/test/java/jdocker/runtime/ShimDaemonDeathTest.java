package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jdocker.kernel.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon goes away, is slow or talks nonsense; the process must not notice, nor the log lose a line. */
@KernelTest
class ShimDaemonDeathTest {
    @TempDir
    Path directory;

    private ShimHarness shim;
    private Path log;

    @BeforeEach
    void load() {
        shim = new ShimHarness(directory);
        log = directory.resolve("c-json.log");
    }

    @AfterEach
    void unload() {
        shim.close();
    }

    @Test
    void aNewDaemonFindsTheProcessAndHearsItsEnd() throws IOException {
        String script = "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.05; done; exit 3";
        var first = shim.launch(
                HostPlan.shell(directory, script, PlanFlag.SUBSCRIBED).logging(log, 0, 1));
        first.process.control().close();

        var adoption = (Adoption.Running) shim.launcher.adopt(directory);
        try (var second = shim.new Session(adoption.process())) {
            assertThat(adoption.process().pid()).isEqualTo(first.process.pid());
            assertThat(adoption.process().shimPid()).isEqualTo(first.process.shimPid());
            assertThat(second.transcript().code()).isEqualTo(3);
            assertThat(first.noted().code()).isEqualTo(3);
        }
        assertThat(ShimHarness.logged(log)).isEqualTo("1\n2\n3\n4\n5\n6\n7\n8\n");
    }

    @Test
    void anExitWithoutDaemonIsFoundInTheFile() {
        var first = shim.launch(HostPlan.shell(directory, "sleep 0.1; exit 3"));
        first.process.control().close();
        first.noted();

        assertThat(shim.launcher.adopt(directory))
                .isInstanceOfSatisfying(
                        Adoption.Ended.class,
                        ended -> assertThat(ended.exit().code()).isEqualTo(3));
    }

    @Test
    void aShimThatVanishedIsTold() {
        var first = shim.launch(HostPlan.shell(directory, "sleep 30"));
        shim.kernel.processes().signal(first.process.shimPid(), 9);
        first.noted();
        first.process.control().close();

        assertThat(shim.launcher.adopt(directory)).isEqualTo(new Adoption.Lost(first.process.pid()));
    }

    @Test
    void aDaemonThatDoesNotReadHoldsTheProcessUntilItGoes() throws IOException {
        String script = "i=0; while [ $i -lt 40000 ]; do echo line $i of many; i=$((i+1)); done";
        var session = shim.launch(
                HostPlan.shell(directory, script, PlanFlag.SUBSCRIBED).logging(log, 0, 1));
        long held = settledSize();
        session.process.control().close();
        session.noted();

        assertThat(held).isLessThan(Files.size(log));
        assertThat(ShimHarness.logged(log).lines()).containsExactlyElementsOf(lines(40000));
    }

    @Test
    void aDaemonThatNeverReadsCannotKeepTheEndFromBeingNoted() {
        try (var session = shim.launch(HostPlan.shell(directory, "exec yes", PlanFlag.SUBSCRIBED))) {
            settle();
            shim.kernel.processes().signal(session.process.pid(), 9);

            assertThat(session.noted().code()).isEqualTo(137);
        }
    }

    @Test
    void inputSentBeforeTheDaemonDiedStillArrives() throws IOException {
        String script = "sleep 0.3; wc -c";
        var session = shim.launch(
                HostPlan.shell(directory, script, PlanFlag.OPEN_STDIN).logging(log, 0, 1));
        session.send(ShimProtocol.STDIN, ShimHarness.filled(ShimProtocol.STDIN_WINDOW))
                .send(ShimProtocol.CLOSE_STDIN);
        session.process.control().close();
        session.noted();

        assertThat(ShimHarness.logged(log).strip()).isEqualTo("65536");
    }

    @Test
    void nonsenseCostsTheConnectionAndNothingElse() {
        var session = shim.launch(HostPlan.shell(directory, "sleep 0.3; exit 2"));
        session.send(99);
        assertThat(session.connection.receive(ShimHarness.LIMIT)).isEmpty();

        var adoption = (Adoption.Running) shim.launcher.adopt(directory);
        try (var second = shim.new Session(adoption.process())) {
            assertThat(second.transcript().code()).isEqualTo(2);
        }
        session.process.control().close();
    }

    @Test
    void theLogRotatesBetweenRecordsAndKeepsTheYoungest() throws IOException {
        String script = "i=0; while [ $i -lt 300 ]; do echo line $i of many; i=$((i+1)); done";
        shim.run(HostPlan.shell(directory, script).logging(log, 2000, 3));

        String kept = ShimHarness.logged(Path.of(log + ".2"))
                + ShimHarness.logged(Path.of(log + ".1"))
                + ShimHarness.logged(log);
        assertThat(kept).endsWith("line 299 of many\n").doesNotContain("line 0 of");
        assertThat(lines(300).toString().replace(", ", "\n")).contains(kept.strip());
        assertThat(Path.of(log + ".3")).doesNotExist();
    }

    @Test
    void aLongLineIsLoggedInPartsAndUnfinishedOnesAtTheEnd() throws IOException {
        shim.run(HostPlan.shell(directory, "head -c 40000 /dev/zero | tr '\\0' x; echo; printf end")
                .logging(log, 0, 1));

        assertThat(Files.readAllLines(log)).hasSize(4);
        assertThat(ShimHarness.logged(log)).isEqualTo("x".repeat(40000) + "\nend");
    }

    @Test
    void everyByteIsLoggedAsDockerWould() throws IOException {
        Path bytes = directory.resolve("bytes");
        Files.write(
                bytes,
                "tab\t<&> \u2028 \u00e9 \ud83d\ude00 \"q\" \\ \u0001\u007f\r\n".getBytes(StandardCharsets.UTF_8));
        Files.write(directory.resolve("bad"), new byte[] {(byte) 0xff, 'a', (byte) 0xe2, (byte) 0x80});
        shim.run(HostPlan.shell(directory, "cat bytes bad").logging(log, 0, 1));

        assertThat(Files.readAllLines(log).stream()
                        .map(line -> line.substring(0, line.indexOf(",\"stream\"")))
                        .toList())
                .containsExactly(
                        "{\"log\":\"tab\\u0009\\u003c\\u0026\\u003e \\u2028 \u00e9 \ud83d\ude00 \\\"q\\\" \\\\ \\u0001\u007f\\r\\n\"",
                        "{\"log\":\"\\ufffda\\ufffd\\ufffd\"");
    }

    private static java.util.List<String> lines(int count) {
        return IntStream.range(0, count).mapToObj(i -> "line " + i + " of many").collect(Collectors.toList());
    }

    /** The log's size once it has stopped growing. */
    private long settledSize() throws IOException {
        long size = -1;
        while (size != Files.size(log)) {
            size = Files.size(log);
            settle();
        }
        return size;
    }

    private static void settle() {
        try {
            Thread.sleep(400);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
