package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import jdocker.kernel.KernelTest;
import jdocker.oci.Capability;
import jdocker.oci.ConsoleSize;
import jdocker.oci.DefaultSpec;
import jdocker.oci.OciProcess;
import jdocker.oci.RuntimeSpec;
import jdocker.oci.User;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process is that joins a running container. */
@KernelTest
class ExecKernelTest {
    @TempDir
    Path directory;

    private Containers containers;
    private RuntimeSpec spec;
    private Launched container;

    @BeforeEach
    void start() {
        containers = new Containers(directory);
        spec = containers.spec("sleep", "1000");
        container = containers.start(containers.request(spec, new Streams(false, false), false));
    }

    @AfterEach
    void stop() {
        Containers.KERNEL.processes().signal(container.pid(), 9);
        assertThat(containers.finish(container).code()).isEqualTo(137);
        containers.close();
    }

    @Test
    void itIsNoStrongerThanTheContainer() {
        String script = "grep -E 'Cap|Seccomp:|NoNew|Sig(Blk|Ign|Cgt)|Umask' /proc/self/status; ls /proc/self/fd";

        List<String> inside =
                exec(process -> process.args(List.of("sh", "-c", script))).lines();

        assertThat(inside)
                .containsExactly(
                        "Umask:\t0022",
                        "SigBlk:\t0000000000000000",
                        "SigIgn:\t0000000000000000",
                        "SigCgt:\t0000000000000000",
                        "CapInh:\t0000000000000000",
                        "CapPrm:\t00000000a80425fb",
                        "CapEff:\t00000000a80425fb",
                        "CapBnd:\t00000000a80425fb",
                        "CapAmb:\t0000000000000000",
                        "NoNewPrivs:\t0",
                        "Seccomp:\t2",
                        "0",
                        "1",
                        "2",
                        "3");
    }

    @Test
    void itIsInTheContainersNamespaces() {
        String names = "for n in mnt pid ipc uts net cgroup user; do readlink /proc/%s/ns/$n; done";

        List<String> own = exec(sh(names.formatted("self"))).lines();

        assertThat(own).hasSize(7).isEqualTo(exec(sh(names.formatted("1"))).lines());
        assertThat(exec(sh("cat /proc/1/cmdline | tr '\\0' ' '")).out()).isEqualTo("sleep 1000 ");
    }

    @Test
    void userDirectoryAndEnvironmentAreItsOwn() {
        User user = User.of(1000, 1000);

        Containers.Result result = exec(process -> process.args(List.of("sh", "-c", "id -u; pwd; echo $X; touch /x"))
                .user(user)
                .capabilities(DefaultSpec.capabilities(Capability.DEFAULT, user))
                .cwd("/tmp")
                .env(List.of("PATH=/bin", "X=y")));

        assertThat(result.lines()).containsExactly("1000", "/tmp", "y");
        assertThat(result.err()).contains("Permission denied");
    }

    @Test
    void aTerminalIsOneOfTheContainers() {
        Containers.Result result =
                exec(process -> process.args(List.of("sh", "-c", "tty; stty size; test -t 2 && echo yes"))
                        .terminal(true)
                        .consoleSize(new ConsoleSize(33, 99)));

        assertThat(result.out()).isEqualTo("/dev/pts/0\r\n33 99\r\nyes\r\n");
    }

    @Test
    void exitCodesAndFailuresAreTold() {
        assertThat(exec(sh("exit 3")).code()).isEqualTo(3);
        assertThat(exec(sh("kill -9 $$")).code()).isEqualTo(137);
        assertThatThrownBy(() -> exec(process -> process.args(List.of("nonesuch"))))
                .isInstanceOf(LaunchFailure.class)
                .satisfies(failure -> assertThat(StartFailure.of((LaunchFailure) failure, "nonesuch"))
                        .hasMessage("exec: \"nonesuch\": executable file not found in $PATH"));
    }

    @Test
    void aReplacedTerminalDirectoryIsNotTrusted() throws Exception {
        // What root in a privileged container could do: a directory of its own in place of devpts.
        Path fake = Path.of("/proc/" + container.pid() + "/root/dev");
        Files.createDirectories(fake.resolve("fake"));
        Files.createFile(fake.resolve("fake/ptmx"));
        Containers.Result mount = execPrivileged("mount --bind /dev/fake /dev/pts; echo $?");
        assertThat(mount.lines()).containsExactly("0");

        assertThatThrownBy(() -> exec(process -> process.args(List.of("tty")).terminal(true)))
                .hasMessageContaining("open /dev/pts");
    }

    @Test
    void anotherProcessUnderTheSameNumberIsNotJoined() {
        ExecRequest request = request(process -> process.args(List.of("true")));
        Plan plan = ExecPlan.of(
                request, new ExecPlan.Joined(container.pid(), 12345), CgroupPlacement.NONE, containers.filter(spec));

        assertThatThrownBy(() -> containers.launcher.launch("exec", plan, request.runDir()))
                .hasMessageContaining("join process " + container.pid());
    }

    private static UnaryOperator<OciProcess.Builder> sh(String script) {
        return process -> process.args(List.of("sh", "-c", script));
    }

    private Containers.Result execPrivileged(String script) {
        ExecRequest request = request(process -> process.args(List.of("sh", "-c", script))
                .capabilities(DefaultSpec.capabilities(Containers.HOST.capabilities(), User.ROOT)));
        Plan plan =
                ExecPlan.of(request, containers.joined(container), CgroupPlacement.NONE, java.util.Optional.empty());
        return containers.finish(containers.launcher.launch("exec", plan, request.runDir()));
    }

    private Containers.Result exec(UnaryOperator<OciProcess.Builder> change) {
        return containers.finish(containers.exec(container, request(change)));
    }

    private ExecRequest request(UnaryOperator<OciProcess.Builder> change) {
        OciProcess.Builder process = Objects.requireNonNull(spec.process()).toBuilder();
        return containers.execRequest(spec, container, change.apply(process).build());
    }
}
