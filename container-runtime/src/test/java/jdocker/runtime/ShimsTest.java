package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdocker.kernel.Fd;
import jdocker.kernel.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shims that were started before anybody knew for what. */
@KernelTest
class ShimsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int SIGKILL = 9;

    @TempDir
    private Path directory;

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
    void aPlanIsCarriedOutByAShimThatWaitedForOne() throws Exception {
        shim.launcher.startAhead();
        Set<Long> waiting = awaitWaiting(3);
        try (ShimHarness.Session session =
                shim.launch(HostPlan.shell(directory, "echo done; exit 7", PlanFlag.SUBSCRIBED))) {
            assertThat(waiting).contains(session.process.shimPid());
            ShimHarness.Transcript transcript = session.transcript();
            assertThat(transcript.stdout()).isEqualTo("done\n");
            assertThat(transcript.code()).isEqualTo(7);
        }
    }

    @Test
    void aShimWithAPlanShowsWhoseItIs() throws Exception {
        String id = "0123456789abcdef".repeat(4);
        Launched process = shim.launcher.launch(
                id, HostPlan.shell(directory, "exec sleep 30").encode(), directory);
        assertThat(arguments(process.shimPid())).isEqualTo("jdocker-shim\0" + id + "\0");
        end(process);
    }

    @Test
    void aWaitingShimThatWasKilledIsPassedOver() throws Exception {
        shim.launcher.startAhead();
        for (long pid : awaitWaiting(3)) {
            try (Fd victim = shim.kernel.processes().pidfdOpen(pid)) {
                shim.kernel.processes().signal(victim, SIGKILL);
                assertThat(shim.kernel.sockets().readable(victim, LIMIT)).isTrue();
            }
        }
        assertThat(shim.run(HostPlan.shell(directory, "echo done", PlanFlag.SUBSCRIBED))
                        .stdout())
                .isEqualTo("done\n");
    }

    @Test
    void shimsWithoutAPlanEndWithTheDaemon() throws Exception {
        shim.launcher.startAhead();
        List<Fd> waiting = awaitWaiting(3).stream()
                .map(pid -> shim.kernel.processes().pidfdOpen(pid))
                .toList();
        shim.launcher.close();
        for (Fd one : waiting) {
            assertThat(shim.kernel.sockets().readable(one, LIMIT)).isTrue();
            one.close();
        }
        assertThat(waiting()).isEmpty();
    }

    private Set<Long> awaitWaiting(int count) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (waiting().size() < count && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
        assertThat(waiting()).hasSize(count);
        return waiting();
    }

    /** Children of this process whose arguments still have the blanks for an id. */
    private static Set<Long> waiting() {
        return ProcessHandle.current()
                .children()
                .map(ProcessHandle::pid)
                .filter(pid -> arguments(pid).startsWith("jdocker-shim\0 "))
                .collect(Collectors.toSet());
    }

    private static String arguments(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    private void end(Launched process) throws Exception {
        try (Fd container = shim.kernel.processes().pidfdOpen(process.pid())) {
            shim.kernel.processes().signal(container, SIGKILL);
        }
        try (ShimHarness.Session session = shim.new Session(process)) {
            assertThat(session.noted().code()).isEqualTo(128 + SIGKILL);
        }
    }
}
