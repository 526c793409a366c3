package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jdocker.cgroups.Cgroups;
import jdocker.kernel.KernelTest;
import jdocker.oci.ConsoleSize;
import jdocker.oci.DefaultSpec;
import jdocker.oci.LinuxNamespace;
import jdocker.oci.LinuxPids;
import jdocker.oci.OciMount;
import jdocker.oci.OciProcess;
import jdocker.oci.RuntimeSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers with cgroups, from the request to what is left of them. */
@KernelTest
class ContainerRuntimeKernelTest {
    private static final String PARENT =
            "/jdocker-test-" + ProcessHandle.current().pid();
    private static final Cgroups CGROUPS = Cgroups.detect(Containers.KERNEL);

    @TempDir
    Path directory;

    private Containers containers;
    private ShimImage shim;
    private ContainerRuntime runtime;

    @BeforeEach
    void open() {
        containers = new Containers(directory);
        shim = ShimImage.load(Containers.KERNEL, Path.of(Objects.requireNonNull(System.getProperty("jdocker.shim"))));
        runtime = new ContainerRuntime(
                Containers.KERNEL, CGROUPS, Containers.HOST, shim, Optional.of(directory.resolve("filters")));
    }

    @AfterEach
    void close() {
        runtime.close();
        shim.close();
        containers.close();
        List<String> left = CGROUPS.children(PARENT);
        left.stream().map(name -> CGROUPS.open(PARENT, name)).forEach(cgroup -> {
            cgroup.kill();
            cgroup.delete();
        });
        CGROUPS.open("/", PARENT.substring(1)).delete();
        assertThat(left).isEmpty();
    }

    @Test
    void warmsUpByTheDefaultSpecificationAndLeavesNothing() {
        runtime.warmUp(DefaultSpec.of(Containers.HOST));

        assertThat(directory.resolve("filters")).isNotEmptyDirectory();
        assertThat(Path.of("/rehearsal")).doesNotExist();
    }

    @Test
    void aContainerIsInItsCgroupsAndSeesThemReadOnly() throws Exception {
        RuntimeSpec spec = spec(
                "sh",
                "-c",
                "cat /proc/self/cgroup; ls /sys/fs/cgroup; cat /sys/fs/cgroup/pids/pids.max;"
                        + " mkdir /sys/fs/cgroup/memory/x; mkdir /sys/fs/cgroup/x");
        RuntimeSpec limited = Containers.withLinux(
                spec,
                linux -> linux.resources(Objects.requireNonNull(linux.build().resources()).toBuilder()
                        .pids(new LinuxPids(77))
                        .build()));

        Containers.Result result = run(limited);

        List<String> groups =
                result.lines().stream().filter(line -> line.contains(":")).toList();
        assertThat(groups).isNotEmpty().allMatch(line -> line.contains(PARENT + "/"));
        assertThat(result.lines()).contains("memory", "pids", "77").doesNotContain("unified");
        assertThat(result.err())
                .contains("'/sys/fs/cgroup/memory/x': Read-only")
                .contains("'/sys/fs/cgroup/x': Read-only");
    }

    @Test
    void aCgroupNamespaceHidesThePath() throws Exception {
        RuntimeSpec spec = Containers.withLinux(spec("cat", "/proc/self/cgroup"), linux -> {
            var namespaces = new ArrayList<>(linux.build().namespaces());
            namespaces.add(LinuxNamespace.fresh(LinuxNamespace.CGROUP));
            return linux.namespaces(namespaces);
        });

        assertThat(run(spec).lines()).isNotEmpty().allMatch(line -> line.endsWith(":/"));
    }

    @Test
    void devicesBeyondTheListCannotBeOpened() throws Exception {
        Containers.Result result =
                run(spec("sh", "-c", "mknod /tmp/vda b 254 0 && echo made; head -c 1 /tmp/vda; rm /tmp/vda"));

        assertThat(result.out()).isEqualTo("made\n");
        assertThat(result.err()).contains("Operation not permitted");
    }

    @Test
    void anExecJoinsTheSameCgroups() throws Exception {
        StartRequest request = request(spec("sleep", "100"));
        RuntimeSpec spec = request.spec();
        ContainerProcess container = runtime.start(request);
        OciProcess process = Objects.requireNonNull(spec.process()).toBuilder()
                .args(List.of("cat", "/proc/self/cgroup", "/proc/1/cgroup"))
                .build();
        RunningRef running = new RunningRef(container.pid(), container.startTime());

        ContainerProcess exec = runtime.exec(new ExecRequest(
                request.id(), "e", running, spec, process, directory.resolve("run/e"), new Streams(false, true)));

        List<String> lines = containers.read(exec.control()).lines();
        assertThat(lines.subList(0, lines.size() / 2)).isEqualTo(lines.subList(lines.size() / 2, lines.size()));
        assertThat(exec.exit().get(10, TimeUnit.SECONDS).code()).isZero();
        assertThat(runtime.kill(running, 9)).isTrue();
        assertThat(container.exit().get(10, TimeUnit.SECONDS).code()).isEqualTo(137);
        assertThat(runtime.kill(running, 9)).isFalse();
        assertThatThrownBy(() -> runtime.exec(new ExecRequest(
                        request.id(),
                        "f",
                        running,
                        spec,
                        process,
                        directory.resolve("run/f"),
                        new Streams(false, true))))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("is not running");
        container.control().close();
    }

    @Test
    void aFailedStartLeavesNothing() {
        StartRequest request = request(spec("nonesuch"));

        assertThatThrownBy(() -> runtime.start(request))
                .isInstanceOf(StartFailure.class)
                .hasMessage("exec: \"nonesuch\": executable file not found in $PATH");
        assertThat(request.runDir()).doesNotExist();
        assertThat(CGROUPS.children(PARENT)).isEmpty();
    }

    @Test
    void sourcesAndCommandsThatAreNotThereAreNamed() throws IOException {
        RuntimeSpec spec = spec("true");
        OciMount missing = ContainerKernelTest.bind(directory.resolve("gone"), "/data", "rbind");
        Files.writeString(containers.root.resolve("text"), "no program");

        assertThatThrownBy(() -> runtime.start(request(ContainerKernelTest.mounting(spec, missing))))
                .hasMessageStartingWith("error mounting \"" + directory + "/gone\" to rootfs at \"/data\"")
                .hasMessageEndingWith("no such file or directory");
        assertThatThrownBy(() -> runtime.start(request(spec("/bin")))).hasMessage("exec: \"/bin\": is a directory");
        assertThatThrownBy(() -> runtime.start(request(spec("/text"))))
                .hasMessage("exec: \"/text\": permission denied");
        assertThatThrownBy(() -> runtime.start(request(spec("/none/x"))))
                .hasMessage("exec: \"/none/x\": stat /none/x: no such file or directory");
    }

    @Test
    void withInitTheCommandIsAChildAndOrphansAreReaped() throws Exception {
        StartRequest plain = request(spec("sh", "-c", "(sleep 0.1 &) ; sleep 0.3; ps; exit 4"));
        StartRequest request = new StartRequest(
                plain.id(), plain.spec(), plain.runDir(), plain.streams(), plain.log(), true, List.of());

        ContainerProcess process = runtime.start(request);

        Containers.Result result = containers.read(process.control());
        assertThat(result.code()).isEqualTo(4);
        assertThat(result.lines().get(1)).contains("jdocker-init");
        assertThat(result.out()).doesNotContain("[sleep]");
        process.exit().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aTerminalIsOnTheConsole() throws Exception {
        RuntimeSpec spec = Containers.with(
                spec("sh", "-c", "tty; ls -l /dev/console | cut -c1; stty size; read x; echo got $x"),
                process -> process.terminal(true).consoleSize(new ConsoleSize(25, 81)));
        StartRequest plain = request(spec);
        ContainerProcess process = runtime.start(new StartRequest(
                plain.id(), spec, plain.runDir(), new Streams(true, true), plain.log(), false, List.of()));
        new ShimConnection(Containers.KERNEL, process.control())
                .send(ShimProtocol.STDIN, "hi\n".getBytes(StandardCharsets.UTF_8));

        Containers.Result result = containers.read(process.control());

        assertThat(result.out()).contains("/dev/pts/0\r\n", "25 81\r\n", "got hi\r\n");
        process.exit().get(10, TimeUnit.SECONDS);
    }

    @Test
    void anAdoptedContainerIsWatchedAgain() throws Exception {
        StartRequest request = request(spec("sleep", "100"));
        ContainerProcess first = runtime.start(request);
        first.control().close();

        assertThat(runtime.adopt(request.runDir())).isInstanceOfSatisfying(Adopted.Running.class, running -> {
            assertThat(running.process().pid()).isEqualTo(first.pid());
            assertThat(running.process().startTime()).isEqualTo(first.startTime());
            assertThat(runtime.kill(new RunningRef(first.pid(), first.startTime()), 15))
                    .isTrue();
            runtime.kill(new RunningRef(first.pid(), first.startTime()), 9);
            assertThat(running.process().exit().join().code()).isEqualTo(137);
            running.process().control().close();
        });
        assertThat(runtime.adopt(request.runDir())).isInstanceOf(Adopted.Ended.class);
    }

    @Test
    void threeHundredStartsLeaveTheHostAsItWas() throws Exception {
        run(spec("true"));
        long descriptors = entries("/proc/self/fd");
        long threads = entries("/proc/self/task");

        for (int i = 0; i < 300; i++) {
            run(spec("true"));
        }

        // Others may mount meanwhile; ours would show our directory.
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                .noneMatch(line -> line.contains(directory.toString()) || line.contains(PARENT));
        assertThat(entries("/proc/self/fd")).isLessThanOrEqualTo(descriptors + 3); // the pool of networks breathes
        assertThat(entries("/proc/self/task")).isLessThanOrEqualTo(threads + 2); // the collector's and compiler's vary
        assertThat(CGROUPS.children(PARENT)).isEmpty();
    }

    private static long entries(String folder) throws IOException {
        try (var list = Files.list(Path.of(folder))) {
            return list.count();
        }
    }

    private RuntimeSpec spec(String... args) {
        return containers.spec(args);
    }

    private StartRequest request(RuntimeSpec spec) {
        StartRequest request = containers.request(spec, new Streams(false, true), false);
        return request.withSpec(Containers.withLinux(spec, linux -> linux.cgroupsPath(PARENT + "/" + request.id())));
    }

    private Containers.Result run(RuntimeSpec spec) throws Exception {
        ContainerProcess process = runtime.start(request(spec));
        Containers.Result result = containers.read(process.control());
        ProcessExit exit = process.exit().get(10, TimeUnit.SECONDS);
        assertThat(exit.code()).isEqualTo(result.code());
        assertThat(exit.lost()).isFalse();
        return result;
    }
}
