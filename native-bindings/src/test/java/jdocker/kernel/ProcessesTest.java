package jdocker.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@KernelTest
class ProcessesTest {
    private final Kernel kernel = Kernel.load();
    private final Processes processes = kernel.processes();

    /** The output and the end of a shell script that got only these descriptors besides 0 to 2. */
    private record Ran(String output, ExitStatus status) {}

    private Ran run(String script, Map<Integer, Fd> more, boolean session) {
        try (Fd null_ = kernel.files().open("/dev/null", OpenFlag.READ_WRITE);
                FileData.Pipe pipe = kernel.data().pipe()) {
            Map<Integer, Fd> descriptors = new HashMap<>(Map.of(0, null_, 1, pipe.writeEnd(), 2, pipe.writeEnd()));
            descriptors.putAll(more);
            long pid = processes.spawn(
                    new SpawnRequest("/bin/sh", List.of("sh", "-c", script), List.of("A=b"), descriptors, session));
            pipe.writeEnd().close();
            String output = new String(kernel.data().readAll(pipe.readEnd(), 1 << 20), UTF_8);
            try (Fd pidfd = processes.pidfdOpen(pid)) {
                return new Ran(output, processes.waitFor(pidfd));
            }
        }
    }

    @Test
    void startsAProcessWithNothingOfOurs() {
        Ran ran = run("/usr/bin/env | grep -v ^PWD; ls /proc/$$/fd; exit 7", Map.of(), false);
        assertThat(ran.output().lines()).contains("A=b").contains("0", "1", "2").doesNotContain("3", "4", "5");
        assertThat(ran.status()).isEqualTo(new ExitStatus(7, 0, false));
    }

    @Test
    void startsAProcessWithoutSignalState() {
        // Without exec the shell would show its own mask while it waits for grep.
        String output = run("exec grep -E 'Sig(Blk|Ign)' /proc/self/status", Map.of(), false)
                .output();
        assertThat(output.lines()).containsExactly("SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000");
    }

    @Test
    void leadsASessionWhenAsked() {
        String stat = "read pid name state parent group session rest < /proc/self/stat; ";
        String script = stat + "[ $session = $$ ] && echo leader || echo member";
        assertThat(run(script, Map.of(), true).output()).isEqualTo("leader\n");
        assertThat(run(script, Map.of(), false).output()).isEqualTo("member\n");
    }

    @Test
    void mapsDescriptorsWhoseNumbersOverlap() {
        try (Fd one = kernel.data().memfd("one");
                Fd two = kernel.data().memfd("two")) {
            // Each takes the number that the other has now.
            Map<Integer, Fd> swapped = Map.of(one.number(), two, two.number(), one);
            String script = "readlink /proc/$$/fd/" + one.number() + " /proc/$$/fd/" + two.number();
            assertThat(run(script, swapped, false).output().lines())
                    .containsExactly("/memfd:two (deleted)", "/memfd:one (deleted)");
        }
    }

    @Test
    void reportsAnExecutableThatIsNotThere() {
        SpawnRequest request = new SpawnRequest("/no/such", List.of("x"), List.of(), Map.of(), false);
        assertThatThrownBy(() -> processes.spawn(request))
                .hasMessage("posix_spawn(/no/such): ENOENT, no such file or directory");
    }

    @Test
    void signalsThroughThePidfdAndTellsTheEnd() {
        long pid = processes.spawn(new SpawnRequest("/bin/sleep", List.of("sleep", "60"), List.of(), Map.of(), false));
        try (Fd pidfd = processes.pidfdOpen(pid)) {
            long started = processes.startTime(pid).orElseThrow();
            assertThat(processes.tryWait(pidfd)).isEmpty();
            assertThat(processes.isAlive(pid, started)).isTrue();
            assertThat(processes.isAlive(pid, started + 1)).isFalse();
            assertThat(processes.signal(pid, 0)).isTrue();

            assertThat(processes.signal(pidfd, 9)).isTrue();
            assertThat(kernel.sockets().readable(pidfd, Duration.ofSeconds(10))).isTrue();
            assertThat(processes.isAlive(pid, started)).as("a zombie").isFalse();
            assertThat(processes.tryWait(pidfd)).contains(new ExitStatus(0, 9, false));
            assertThat(processes.signal(pidfd, 9)).isFalse();
            assertThat(processes.stat(pid)).isEmpty();
            assertThat(processes.pidfdOpenIfPresent(pid)).isEmpty();
        }
    }

    @Test
    void refusesToSignalGroups() {
        assertThatThrownBy(() -> processes.signal(-1L, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> processes.signal(0L, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesADescriptorOutOfAnotherProcess() {
        try (Fd memfd = kernel.data().memfd("shared")) {
            long pid = processes.spawn(
                    new SpawnRequest("/bin/sleep", List.of("sleep", "60"), List.of(), Map.of(9, memfd), false));
            try (Fd pidfd = processes.pidfdOpen(pid);
                    Fd copy = processes.copyDescriptor(pidfd, 9)) {
                kernel.data().write(copy, new byte[] {1, 2});
                assertThat(kernel.files().status(memfd).size()).isEqualTo(2);
                processes.signal(pidfd, 9);
                processes.waitFor(pidfd);
            }
        }
    }

    @Test
    void readsStatOfNamesWithParentheses() {
        ProcessStat stat = ProcessStat.parse(
                "77 (a) R (b) S 12 77 77 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1 1 18446744073709551615");
        assertThat(stat).isEqualTo(new ProcessStat(77, 'S', 12, 987654));
    }

    @Test
    void knowsThisBootAndItsLimits() {
        assertThat(processes.bootId()).matches("[0-9a-f-]{36}");
        ResourceLimit.Range core = processes.limit(0, ResourceLimit.CORE);
        processes.setLimit(0, ResourceLimit.CORE, core);
        assertThat(processes.limit(0, ResourceLimit.CORE)).isEqualTo(core);
        assertThat(ResourceLimit.named("RLIMIT_NOFILE")).contains(ResourceLimit.NOFILE);
        assertThat(ResourceLimit.NOFILE.number()).isEqualTo(7);
    }
}
