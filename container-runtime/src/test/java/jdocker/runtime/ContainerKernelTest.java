package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jdocker.kernel.KernelTest;
import jdocker.oci.Capability;
import jdocker.oci.DefaultSpec;
import jdocker.oci.LinuxNamespace;
import jdocker.oci.OciMount;
import jdocker.oci.RuntimeSpec;
import jdocker.oci.User;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container is, seen from inside. */
@KernelTest
class ContainerKernelTest {
    @TempDir
    Path directory;

    private Containers containers;

    @BeforeEach
    void open() {
        containers = new Containers(directory);
    }

    @AfterEach
    void close() {
        containers.close();
    }

    @Test
    void outputErrorsAndExitCodeComeBack() {
        assertThat(containers.sh("echo out; echo err >&2; exit 7"))
                .isEqualTo(new Containers.Result(7, "out\n", "err\n"));
    }

    @Test
    void theCommandIsProcessOneAndMayDoLittle() {
        List<String> status =
                containers.run(containers.spec("cat", "/proc/1/status")).lines();

        assertThat(status)
                .contains(
                        "Name:\tcat",
                        "Pid:\t1",
                        "PPid:\t0",
                        "CapInh:\t0000000000000000",
                        "CapPrm:\t00000000a80425fb",
                        "CapEff:\t00000000a80425fb",
                        "CapBnd:\t00000000a80425fb",
                        "CapAmb:\t0000000000000000",
                        "Seccomp:\t2",
                        "SigBlk:\t0000000000000000",
                        "SigIgn:\t0000000000000000",
                        "SigCgt:\t0000000000000000",
                        "Umask:\t0022",
                        "NoNewPrivs:\t0");
    }

    @Test
    void onlyTheThreeStreamsAreOpen() {
        // The fourth is what ls itself opened.
        assertThat(containers.run(containers.spec("ls", "/proc/self/fd")).lines())
                .containsExactly("0", "1", "2", "3");
    }

    @Test
    void nothingOfTheHostIsMounted() throws IOException {
        List<String> lines =
                containers.run(containers.spec("cat", "/proc/self/mountinfo")).lines();

        assertThat(lines)
                .allSatisfy(line -> assertThat(line.split(" ")[4]).matches("/|/proc(/.*)?|/sys(/.*)?|/dev(/.*)?"));
        assertThat(lines).noneMatch(line -> line.contains("shared:") || line.contains("master:"));
        assertThat(containers.run(containers.spec("env")).lines()).containsExactly(DefaultSpec.PATH);
    }

    @Test
    void everyNamespaceButTheUsersAndTheCgroupsIsItsOwn() throws IOException {
        for (String name : List.of("mnt", "pid", "ipc", "uts", "net")) {
            String inside = containers
                    .run(containers.spec("readlink", "/proc/self/ns/" + name))
                    .out()
                    .strip();
            assertThat(inside).startsWith(name).isNotEqualTo(hosts(name));
        }
        assertThat(containers
                        .run(containers.spec("readlink", "/proc/self/ns/user"))
                        .out()
                        .strip())
                .isEqualTo(hosts("user"));
    }

    @Test
    void maskedPathsShowNothing() {
        String script = "for p in /proc/kcore /proc/keys /proc/interrupts /proc/timer_list /proc/sched_debug; do"
                + " test -e $p && cat $p; done; ls -A /proc/acpi /proc/scsi /sys/firmware /proc/asound 2>/dev/null"
                + " | grep -v :; stat -c %t:%T /proc/keys; touch /sys/firmware/x 2>&1";

        assertThat(containers.sh(script).lines().stream().filter(line -> !line.isEmpty()))
                .containsExactly("1:3", "touch: /sys/firmware/x: Read-only file system");
    }

    @Test
    void readOnlyPathsCannotBeWritten() {
        assertThat(containers
                        .sh("echo 1 > /proc/sys/kernel/printk; mkdir /sys/x")
                        .err())
                .contains("/proc/sys/kernel/printk: Read-only file system")
                .contains("'/sys/x': Read-only file system");
        assertThat(containers
                        .sh("grep -E ' /proc/(bus|fs|irq|sys) ro,' /proc/self/mountinfo | wc -l")
                        .out()
                        .strip())
                .isEqualTo("4");
    }

    @Test
    void devicesAreDockers() {
        String script = "cd /dev; for d in null zero full random urandom tty; do stat -c '%n %a %t:%T' $d; done;"
                + " for l in fd stdin stdout stderr core ptmx; do echo $l $(readlink $l); done;"
                + " stat -c '%a %g' pts; stat -c %a shm; head -c 4 /dev/zero | wc -c; echo x > /dev/null";

        assertThat(containers.sh(script).lines())
                .containsExactly(
                        "null 666 1:3",
                        "zero 666 1:5",
                        "full 666 1:7",
                        "random 666 1:8",
                        "urandom 666 1:9",
                        "tty 666 5:0",
                        "fd /proc/self/fd",
                        "stdin /proc/self/fd/0",
                        "stdout /proc/self/fd/1",
                        "stderr /proc/self/fd/2",
                        "core /proc/kcore",
                        "ptmx pts/ptmx",
                        "755 0",
                        "1777",
                        "4");
    }

    @Test
    void theFilterDeniesAndSaysUnknownOfWhatIsNew() {
        assertThat(containers.sh("mount -t tmpfs none /tmp; umount /proc").err())
                .contains("mount: permission denied")
                .contains("can't unmount /proc: Operation not permitted");
    }

    @Test
    void aNetworkOfItsOwnHasALoopback() {
        assertThat(containers.run(containers.spec("ip", "-o", "addr")).lines())
                .hasSizeBetween(1, 2)
                .anySatisfy(line -> assertThat(line).contains("127.0.0.1/8"));
        assertThat(containers.run(containers.spec("cat", "/proc/net/dev")).lines())
                .hasSize(3);
    }

    @Test
    void theHostsNetworkIsTheHosts() throws IOException {
        RuntimeSpec spec = Containers.withLinux(
                containers.spec("readlink", "/proc/self/ns/net"),
                linux -> linux.namespaces(linux.build().namespaces().stream()
                        .filter(namespace -> !namespace.type().equals(LinuxNamespace.NETWORK))
                        .toList()));

        assertThat(containers.run(spec).out().strip()).isEqualTo(hosts("net"));
    }

    @Test
    void namesAndSysctlsAreSet() {
        RuntimeSpec spec = Containers.withLinux(
                containers.spec(
                        "sh",
                        "-c",
                        "hostname; cat /proc/sys/kernel/domainname /proc/sys/net/core/somaxconn"
                                + " /proc/sys/net/ipv4/conf/lo/rp_filter"),
                linux -> linux.sysctl(Map.of("net.core.somaxconn", "321", "net/ipv4/conf/lo/rp_filter", "2")));

        assertThat(containers
                        .run(spec.toBuilder()
                                .hostname("web")
                                .domainname("example")
                                .build())
                        .lines())
                .containsExactly("web", "example", "321", "2");
    }

    @Test
    void aUserHasItsIdsAndNoCapabilities() {
        User user = new User(1000, 1001, null, List.of(7L, 8L), null);
        RuntimeSpec spec = Containers.with(
                containers.spec(
                        "sh",
                        "-c",
                        "id; grep -E 'Cap(Prm|Eff|Bnd|Amb)' /proc/self/status; echo x > /dev/stdout;"
                                + " cat /root 2>&1; touch /x 2>&1"),
                process -> process.user(user).capabilities(DefaultSpec.capabilities(Capability.DEFAULT, user)));

        assertThat(containers.run(spec).lines())
                .containsExactly(
                        "uid=1000 gid=1001 groups=7,8,1001",
                        "CapPrm:\t0000000000000000",
                        "CapEff:\t0000000000000000",
                        "CapBnd:\t00000000a80425fb",
                        "CapAmb:\t0000000000000000",
                        "x",
                        "cat: can't open '/root': Permission denied",
                        "touch: /x: Permission denied");
    }

    @Test
    void noNewPrivilegesStillFilters() {
        User user = User.of(1000, 1000);
        RuntimeSpec spec = Containers.with(
                containers.spec("grep", "-E", "NoNewPrivs|Seccomp:", "/proc/self/status"),
                process -> process.noNewPrivileges(true)
                        .user(user)
                        .capabilities(DefaultSpec.capabilities(Capability.DEFAULT, user)));

        assertThat(containers.run(spec).lines()).containsExactly("NoNewPrivs:\t1", "Seccomp:\t2");
    }

    @Test
    void theWorkingDirectoryIsMadeAndMayBeRootsOnly() {
        assertThat(containers
                        .run(Containers.with(containers.spec("pwd"), process -> process.cwd("/srv/a/../b")))
                        .out())
                .isEqualTo("/srv/b\n");
        User user = User.of(1000, 1000);
        RuntimeSpec asUser = Containers.with(
                containers.spec("pwd"),
                process -> process.cwd("/root")
                        .user(user)
                        .capabilities(DefaultSpec.capabilities(Capability.DEFAULT, user)));
        assertThat(containers.run(asUser).code()).isZero();
    }

    @Test
    void aReadOnlyRootLeavesItsMountsWritable() {
        RuntimeSpec spec = containers.spec(
                "sh", "-c", "touch /x; touch /dev/shm/y /dev/z && echo ok; touch /proc/1/comm && echo proc");
        RuntimeSpec readOnly = spec.toBuilder()
                .root(new jdocker.oci.Root(containers.root.toString(), true))
                .build();

        Containers.Result result = containers.run(readOnly);

        assertThat(result.err()).contains("touch: /x: Read-only file system");
        assertThat(result.lines()).containsExactly("ok", "proc");
        assertThat(containers.root.resolve("x")).doesNotExist();
    }

    @Test
    void bindsShowTheHostsFilesWithTheirOptions() throws IOException {
        Path source = Files.createDirectories(directory.resolve("data"));
        Files.writeString(source.resolve("file"), "content");
        RuntimeSpec spec = mounting(
                containers.spec(
                        "sh",
                        "-c",
                        "cat /new/deep/rw/file /single; echo more > /new/deep/rw/written; touch /ro/x;"
                                + " grep -E ' (/ro|/new/deep/rw|/single) ' /proc/self/mountinfo | wc -l"),
                bind(source, "/new/deep/rw", "rbind", "rprivate"),
                bind(source, "/ro", "bind", "ro", "nosuid", "nodev", "noexec"),
                bind(source.resolve("file"), "/single", "bind"));

        Containers.Result result = containers.run(spec);

        assertThat(result.out()).isEqualTo("contentcontent3\n");
        assertThat(result.err()).contains("touch: /ro/x: Read-only file system");
        assertThat(source.resolve("written")).hasContent("more\n");
        assertThat(containers.root.resolve("new/deep/rw")).isDirectory();
        assertThat(containers.root.resolve("single")).isRegularFile();
    }

    @Test
    void aTmpfsHasItsOptionsAndKeepsTheModeBelow() {
        RuntimeSpec spec = mounting(
                containers.spec(
                        "sh",
                        "-c",
                        "stat -c %a /tmp /cache; grep -E ' (/tmp|/cache) ' /proc/self/mountinfo | wc -l;"
                                + " dd if=/dev/zero of=/cache/f bs=1k count=128; touch /locked/x"),
                new OciMount("/tmp", "tmpfs", "tmpfs", List.of("nosuid", "nodev"), List.of(), List.of()),
                new OciMount(
                        "/cache", "tmpfs", "tmpfs", List.of("noexec", "size=64k", "mode=1770"), List.of(), List.of()),
                new OciMount("/locked", "tmpfs", "tmpfs", List.of("ro"), List.of(), List.of()));

        Containers.Result result = containers.run(spec);

        assertThat(result.lines()).containsExactly("777", "1770", "2");
        assertThat(result.err()).contains("No space left on device", "/locked/x: Read-only file system");
    }

    @ParameterizedTest(name = "{0} is refused")
    @ValueSource(strings = {"/proc", "/proc/sys", "/proc/self/x", "/link/self", "/relative/1"})
    void mountsWithinProcAreRefused(String destination) throws IOException {
        Files.createSymbolicLink(containers.root.resolve("link"), Path.of("/proc"));
        Files.createSymbolicLink(containers.root.resolve("relative"), Path.of("tmp/../../../proc"));
        RuntimeSpec spec = mounting(containers.spec("true"), bind(directory, destination, "bind"));

        assertThat(failureOf(spec)).isNotNull();
    }

    @Test
    void environmentAndArgumentsArriveAsTheyAre() {
        RuntimeSpec spec = Containers.with(
                containers.spec("sh", "-c", "echo \"$0|$1|$X|$EMPTY|\"", "a b", "ü\n"),
                process -> process.env(List.of("PATH=/bin", "X=1 2=3", "EMPTY=")));

        assertThat(containers.run(spec).out()).isEqualTo("a b|ü\n|1 2=3||\n");
    }

    @Test
    void limitsAreSet() {
        RuntimeSpec spec = Containers.with(
                containers.spec("sh", "-c", "ulimit -Sn; ulimit -Hn; ulimit -c"),
                process -> process.rlimits(List.of(
                        new jdocker.oci.Rlimit("RLIMIT_NOFILE", 200, 100),
                        new jdocker.oci.Rlimit("RLIMIT_CORE", 0, 0))));

        assertThat(containers.run(spec).lines()).containsExactly("100", "200", "0");
    }

    @Test
    void privilegedHasWhatTheDaemonHas() {
        RuntimeSpec spec = DefaultSpec.privileged(
                containers.spec(
                        "sh",
                        "-c",
                        "grep -E 'CapEff|Seccomp:' /proc/self/status; mount -t tmpfs none /tmp && echo mounted;"
                                + " test -b /dev/vda && echo disk; test -w /proc/sys/kernel/printk && echo sysctl;"
                                + " mkdir /sys/kernel/x 2>&1 | grep -c Read-only"),
                Containers.HOST);
        RuntimeSpec withDevices =
                Containers.withLinux(spec, linux -> linux.devices(HostDevices.below(Path.of("/dev"))));

        List<String> lines = containers.run(withDevices).lines();

        assertThat(lines)
                .contains(
                        "CapEff:\t%016x".formatted(Capability.mask(Containers.HOST.capabilities())),
                        "Seccomp:\t0",
                        "mounted",
                        "sysctl",
                        "0");
    }

    static RuntimeSpec mounting(RuntimeSpec spec, OciMount... more) {
        var mounts = new ArrayList<>(spec.mounts());
        mounts.addAll(List.of(more));
        return spec.toBuilder().mounts(mounts).build();
    }

    static OciMount bind(Path source, String destination, String... options) {
        return new OciMount(destination, "bind", source.toString(), List.of(options), List.of(), List.of());
    }

    private StartFailure failureOf(RuntimeSpec spec) {
        String command = Objects.requireNonNull(spec.process()).args().getFirst();
        try {
            containers.finish(containers.start(containers.request(spec, new Streams(false, false), false)));
            throw new AssertionError("it was started");
        } catch (LaunchFailure e) {
            return StartFailure.of(e, command);
        }
    }

    private static String hosts(String namespace) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns", namespace)).toString();
    }
}
