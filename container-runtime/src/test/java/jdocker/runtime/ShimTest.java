package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.KernelTest;
import jdocker.kernel.SyscallNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real shim with plans that make no container: pipes, terminals, exits, failures. */
@KernelTest
class ShimTest {
    @TempDir
    Path directory;

    private ShimHarness shim;

    @BeforeEach
    void load() {
        shim = new ShimHarness(directory);
    }

    @AfterEach
    void unload() {
        shim.close();
    }

    @Test
    void forwardsBothStreamsAndTheExitCode() {
        var said = shim.run(HostPlan.shell(directory, "echo out; echo err >&2; exit 7", PlanFlag.SUBSCRIBED));

        assertThat(said.stdout()).isEqualTo("out\n");
        assertThat(said.stderr()).isEqualTo("err\n");
        assertThat(said.code()).isEqualTo(7);
    }

    @Test
    void theProcessHasCleanSignalsAndNoDescriptorsOfOurs() {
        var said = shim.run(HostPlan.shell(
                directory,
                "grep -E '^Sig(Blk|Ign)' /proc/self/status | cut -f2; ls /proc/self/fd",
                PlanFlag.SUBSCRIBED));

        // ls itself opens 3.
        assertThat(said.stdout().lines()).containsExactly("0".repeat(16), "0".repeat(16), "0", "1", "2", "3");
    }

    @Test
    void aDeathBySignalIsTheSignalPlus128() {
        var said = shim.run(HostPlan.shell(directory, "kill -9 $$"));

        assertThat(said.code()).isEqualTo(137);
    }

    @Test
    void theExitFileTellsTheSameAsTheMessage() {
        try (var session = shim.launch(HostPlan.shell(directory, "exit 3"))) {
            var said = session.transcript();

            assertThat(session.noted()).isEqualTo(said.exit().orElseThrow());
            assertThat(ExitFile.read(directory).orElseThrow().pid()).isEqualTo(session.process.pid());
        }
    }

    @Test
    void aMissingCommandIsAFailureOfItsStep() {
        Plan plan = HostPlan.command(directory, List.of("/no/such")).encode();

        assertThatExceptionOfType(LaunchFailure.class)
                .isThrownBy(() -> shim.launcher.launch("test", plan, directory))
                .withMessage("execve /no/such: ENOENT, no such file or directory")
                .satisfies(failure -> assertThat(failure.stage()).isEqualTo(LaunchStage.PROCESS))
                .satisfies(failure -> assertThat(failure.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void aPathSearchSkipsWhatIsNotThere() {
        var plan = HostPlan.prepared(directory, PlanFlag.SUBSCRIBED);
        for (String path : List.of("/no/such/echo", "/etc/passwd/echo", "/bin/echo")) {
            plan.writer.add(
                    Phase.PROCESS,
                    Step.call(
                                    "execve " + path,
                                    SyscallNumber.EXECVE,
                                    Arg.data(plan.writer.string(path)),
                                    Arg.data(plan.writer.strings(List.of("echo", "found"))),
                                    Arg.data(plan.writer.strings(List.of())))
                            .tolerating(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES));
        }
        plan.writer.add(Phase.PROCESS, Step.fail("find echo", Errno.ENOENT));

        assertThat(shim.run(plan).stdout()).isEqualTo("found\n");
    }

    @Test
    void stepsComputeCompareAndSkip() {
        var plan = HostPlan.prepared(directory, PlanFlag.SUBSCRIBED);
        DataRef field = plan.writer.reserve(4);
        Register pid = plan.writer.register();
        Label good = plan.writer.label();
        plan.writer.add(Phase.PROCESS, Step.call("getpid", SyscallNumber.GETPID).into(pid));
        plan.writer.add(Phase.PROCESS, Step.store(Arg.register(pid), field));
        plan.writer.add(Phase.PROCESS, Step.expect("same", field, -1, Arg.register(pid), Errno.EIO));
        plan.writer.add(Phase.PROCESS, Step.skipIfEqual(field, -1, Arg.register(pid), good));
        plan.writer.add(Phase.PROCESS, Step.fail("not skipped", Errno.EINVAL));
        plan.writer.place(good, Phase.PROCESS);
        plan.executing(List.of("/bin/echo", "good"));

        assertThat(shim.run(plan).stdout()).isEqualTo("good\n");
    }

    @Test
    void anExpectationThatDoesNotHoldStopsTheStart() {
        var plan = HostPlan.prepared(directory);
        DataRef field = plan.writer.reserve(2);
        plan.writer.add(Phase.PREPARE, Step.expect("a device", field, 0xf0, Arg.of(0x20), Errno.ENODEV));
        plan.executing(List.of("/bin/true"));

        assertThatExceptionOfType(LaunchFailure.class)
                .isThrownBy(() -> shim.launch(plan))
                .withMessage("a device: ENODEV, no such device");
    }

    @Test
    void aPlanThatIsOddIsRefusedBeforeAnythingRuns() {
        Plan plan = HostPlan.shell(directory, "exit 0").encode();
        byte[] odd = plan.bytes().clone();
        odd[160 + 8 * 3] = 99; // the kind of an argument

        assertThatExceptionOfType(LaunchFailure.class)
                .isThrownBy(() -> shim.launcher.launch("test", new Plan(odd, plan.steps()), directory))
                .satisfies(failure -> assertThat(failure.stage()).isEqualTo(LaunchStage.PARSE));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void inputArrivesWholeAndEndsWhenClosed() {
        try (var session = shim.launch(HostPlan.shell(directory, "wc -c", PlanFlag.SUBSCRIBED, PlanFlag.OPEN_STDIN))) {
            session.send(ShimProtocol.STDIN, ShimHarness.filled(ShimProtocol.MAX_PAYLOAD))
                    .send(ShimProtocol.CLOSE_STDIN);

            assertThat(session.transcript().stdout().strip()).isEqualTo("65536");
        }
    }

    @Test
    void inputThatNobodyReadsKeepsNothingElseWaiting() {
        String script = "trap 'exit 5' USR1; echo ready; while :; do sleep 0.05; done";
        try (var session = shim.launch(HostPlan.shell(directory, script, PlanFlag.OPEN_STDIN, PlanFlag.SUBSCRIBED))) {
            session.send(ShimProtocol.STDIN, ShimHarness.filled(ShimProtocol.STDIN_WINDOW))
                    .send(ShimProtocol.CLOSE_STDIN)
                    .awaitOutput();
            shim.kernel.processes().signal(session.process.pid(), 10);

            assertThat(session.transcript().code()).isEqualTo(5);
        }
    }

    @Test
    void inputForAClosedPipeIsAcknowledged() {
        String script = "exec 0<&-; sleep 0.2";
        try (var session = shim.launch(HostPlan.shell(directory, script, PlanFlag.OPEN_STDIN))) {
            session.send(ShimProtocol.STDIN, ShimHarness.filled(ShimProtocol.STDIN_WINDOW));
            int credit = 0;
            while (credit < ShimProtocol.STDIN_WINDOW) {
                if (session.connection.receive(ShimHarness.LIMIT).orElseThrow()
                        instanceof ShimMessage.Credit(int bytes)) {
                    credit += bytes;
                }
            }

            assertThat(credit).isEqualTo(ShimProtocol.STDIN_WINDOW);
            session.transcript();
        }
    }

    @Test
    void aTerminalHasItsSizeBeforeTheFirstLineAndFollowsChanges() {
        String script = "stty -echo; stty size; read x; stty size; test -t 0 && echo terminal $x";
        var plan = HostPlan.shell(directory, script, PlanFlag.TTY, PlanFlag.OPEN_STDIN, PlanFlag.SUBSCRIBED);
        try (var session = shim.launch(plan)) {
            session.send(ShimProtocol.RESIZE, ShimHarness.size(44, 122)).type("hello\n");

            assertThat(session.transcript().stdout()).contains("44 122\r\n").endsWith("terminal hello\r\n");
        }
    }

    @Test
    void aTerminalMayBeClosedAndOpenedAgain() {
        String script = "T=$(tty); exec 0<&- 1>&- 2>&-; sleep 0.4; exec 1>$T; echo back";
        var said = shim.run(HostPlan.shell(directory, script, PlanFlag.TTY, PlanFlag.SUBSCRIBED));

        assertThat(said.stdout()).isEqualTo("back\r\n");
    }

    @Test
    void aGrandchildThatKeepsThePipesDoesNotKeepTheShim() {
        long start = System.nanoTime();
        var said = shim.run(HostPlan.shell(directory, "(sleep 5) & echo now", PlanFlag.SUBSCRIBED));

        assertThat(said.stdout()).isEqualTo("now\n");
        assertThat(System.nanoTime() - start).isLessThan(3_000_000_000L);
    }

    @Test
    void theLastStepsRunWhenTheProcessHasEnded() throws IOException {
        Path directoryToRemove = Files.createDirectory(directory.resolve("merged"));
        var plan = HostPlan.shell(directory, "exit 0");
        plan.writer.add(
                Phase.END,
                Step.call(
                                "rmdir",
                                SyscallNumber.UNLINKAT,
                                Arg.of(-100),
                                Arg.data(plan.writer.string(directoryToRemove.toString())),
                                Arg.of(0x200))
                        .retryingBusy());

        shim.run(plan);

        assertThat(directoryToRemove).doesNotExist();
    }

    @Test
    void theOomCounterSetsTheFlag() throws IOException {
        Path counter = Files.writeString(directory.resolve("oom"), "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        var plan = HostPlan.shell(directory, "exit 1");
        plan.writer.oomCounter(counter.toString(), "oom_kill");

        assertThat(shim.run(plan).exit().orElseThrow().oomKilled()).isTrue();
    }

    /** As when systemd has removed a scope before the shim could look: its own counter cannot be read any more. */
    @ParameterizedTest
    @CsvSource({"1, false", "2, true"})
    void whatIsCountedAboveTellsWhereTheCgroupHasGone(int after, boolean oomKilled) throws IOException {
        Path unreadable = Files.createDirectories(directory.resolve("slice/scope/memory.events"));
        Path above = Files.writeString(directory.resolve("slice/memory.events"), "oom 5\noom_kill 1\n");
        String script = "read x; echo 'oom_kill " + after + "' > " + above + "; kill -9 $$";
        var plan = HostPlan.shell(directory, script, PlanFlag.OPEN_STDIN);
        plan.writer.oomCounter(unreadable.toString(), "oom_kill");

        try (var session = shim.launch(plan)) {
            assertThat(session.type("\n").transcript().exit().orElseThrow().oomKilled())
                    .isEqualTo(oomKilled);
        }
    }

    @Test
    void theShimTakesLessThan100Kilobytes() throws IOException {
        try (var session = shim.launch(
                HostPlan.shell(directory, "read x", PlanFlag.OPEN_STDIN).logging(directory.resolve("log"), 0, 1))) {
            String resident = ShimHarness.status(session.process.shimPid(), "VmRSS");

            assertThat(Integer.parseInt(resident.replace(" kB", ""))).isLessThanOrEqualTo(100);
            session.type("\n").transcript();
        }
    }

    @Test
    void nothingButKillEndsTheShim() {
        try (var session = shim.launch(HostPlan.shell(directory, "sleep 0.3; exit 4"))) {
            for (int signal : new int[] {1, 2, 3, 10, 13, 14, 15, 20, 21, 22}) {
                shim.kernel.processes().signal(session.process.shimPid(), signal);
            }

            assertThat(session.transcript().code()).isEqualTo(4);
        }
    }

    @Test
    void theProgramOfARunningShimCannotBeChanged() {
        try (var session = shim.launch(HostPlan.shell(directory, "read x", PlanFlag.OPEN_STDIN))) {
            Path program = Path.of("/proc/" + session.process.shimPid() + "/exe");

            assertThatExceptionOfType(IOException.class).isThrownBy(() -> Files.write(program, new byte[1]));
            session.type("\n").transcript();
        }
    }

    @Test
    void manyStartsLeaveNothingBehind() throws IOException {
        shim.run(HostPlan.shell(directory, "exit 0"));
        long before = openDescriptors();
        for (int i = 0; i < 200; i++) {
            shim.run(HostPlan.command(directory, List.of("/bin/true")));
        }

        assertThat(openDescriptors()).isLessThan(before + 20); // the JVM opens a few of its own; a leak would be 200
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    private static long openDescriptors() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }

    @Test
    void aShimThatIsKilledIsNoticedAndItsProcessEnded() {
        try (var session = shim.launch(HostPlan.shell(directory, "sleep 30"));
                Fd process = shim.kernel.processes().pidfdOpen(session.process.pid())) {
            shim.kernel.processes().signal(session.process.shimPid(), 9);

            assertThat(session.noted().lost()).isTrue();
            assertThat(shim.kernel.sockets().readable(process, ShimHarness.LIMIT))
                    .isTrue();
        }
    }
}
