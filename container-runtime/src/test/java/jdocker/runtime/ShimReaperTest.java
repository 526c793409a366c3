package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdocker.kernel.Errno;
import jdocker.kernel.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PID 1 with --init, and processes that join what another one lives in. */
@KernelTest
class ShimReaperTest {
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
    void theReaperIsProcess1AndPassesItsChildsCodeOn() {
        var said = shim.run(HostPlan.shell(directory, "echo $$ $PPID; exit 6", PlanFlag.INIT, PlanFlag.SUBSCRIBED)
                .unsharing(HostPlan.CLONE_NEWPID));

        assertThat(said.stdout()).isEqualTo("2 1\n");
        assertThat(said.code()).isEqualTo(6);
    }

    @Test
    void theReaperForwardsSignalsAndReapsOrphans() {
        String script = "trap 'exit 9' TERM; (sleep 0.05 &); sleep 0.2; kill -TERM 1; while :; do sleep 0.05; done";
        var said = shim.run(HostPlan.shell(directory, script, PlanFlag.INIT).unsharing(HostPlan.CLONE_NEWPID));

        assertThat(said.code()).isEqualTo(9);
    }

    @Test
    void aChildKilledBySignalEndsTheReaperWith128AndTheSignal() {
        var said =
                shim.run(HostPlan.shell(directory, "kill -9 $$", PlanFlag.INIT).unsharing(HostPlan.CLONE_NEWPID));

        assertThat(said.code()).isEqualTo(137);
    }

    @Test
    void aMissingCommandBehindTheReaperIsReported() {
        assertThatExceptionOfType(LaunchFailure.class)
                .isThrownBy(() -> shim.run(HostPlan.command(directory, List.of("/no/such"), PlanFlag.INIT)
                        .unsharing(HostPlan.CLONE_NEWPID)))
                .satisfies(failure -> assertThat(failure.stage()).isEqualTo(LaunchStage.CHILD))
                .satisfies(failure -> assertThat(failure.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void anExecIsBornInTheOthersNamespacesAndItsCodeComesBack() throws Exception {
        Process sleeper = new ProcessBuilder("unshare", "-fpum", "--mount-proc", "sleep", "60").start();
        try {
            long inside = childOf(sleeper);
            var plan = HostPlan.shell(
                            directory, "readlink /proc/self/ns/pid; exit 5", PlanFlag.EXEC, PlanFlag.SUBSCRIBED)
                    .joining(inside, "uts")
                    .joining(inside, "mnt")
                    .joining(inside, "pid");

            var said = shim.run(plan);

            String expected = java.nio.file.Files.readSymbolicLink(Path.of("/proc/" + inside + "/ns/pid"))
                    .toString();
            assertThat(said.stdout().strip()).isEqualTo(expected);
            assertThat(said.code()).isEqualTo(5);
        } finally {
            sleeper.descendants().forEach(ProcessHandle::destroyForcibly);
            sleeper.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void anExecOfAMissingCommandIsReported() {
        assertThatExceptionOfType(LaunchFailure.class)
                .isThrownBy(() -> shim.run(HostPlan.command(directory, List.of("/no/such"), PlanFlag.EXEC)))
                .withMessageStartingWith("execve /no/such: ENOENT");
    }

    private static long childOf(Process parent) throws IOException, InterruptedException {
        for (int i = 0; i < 100; i++) {
            var child = parent.children()
                    .filter(one -> one.info().command().orElse("").contains("sleep"))
                    .findFirst();
            if (child.isPresent()) {
                return child.get().pid();
            }
            Thread.sleep(20);
        }
        throw new IOException("unshare made no child");
    }
}
