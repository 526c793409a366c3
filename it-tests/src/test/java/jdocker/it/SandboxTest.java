package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process finds around itself, as the first of a container and as one that was added by exec. */
class SandboxTest {

    /** The default capabilities of Docker: 14 of them. */
    private static final String DEFAULT_CAPABILITIES = "00000000a80425fb";

    private static Engine engine;

    @BeforeAll
    static void startEngine() {
        engine = Engine.withBusybox();
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    /** Runs the script as pid 1, or by exec in a container that sleeps, with the same flags. */
    private static String inside(String how, String script, String... flags) {
        var words = new ArrayList<>(List.of("run", "--network", "none"));
        words.addAll(List.of(flags));
        if (how.equals("run")) {
            words.addAll(List.of("--rm", "busybox", "sh", "-c", script));
            return engine.docker(words.toArray(String[]::new)).ok().out();
        }
        words.addAll(List.of("-d", "busybox", "sleep", "1000"));
        String id = engine.docker(words.toArray(String[]::new)).ok().text();
        try {
            return engine.docker("exec", id, "sh", "-c", script).ok().out();
        } finally {
            engine.docker("rm", "-f", id).ok();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void theProcessHasDockersPrivilegesAndNoMore(String how) {
        // Not the last command: busybox's shell would become it, and it ignores SIGQUIT.
        String status = inside(how, "cat /proc/self/status; true");
        assertThat(status)
                .containsPattern("CapInh:\t0000000000000000")
                .containsPattern("CapPrm:\t" + DEFAULT_CAPABILITIES)
                .containsPattern("CapEff:\t" + DEFAULT_CAPABILITIES)
                .containsPattern("CapBnd:\t" + DEFAULT_CAPABILITIES)
                .containsPattern("CapAmb:\t0000000000000000")
                .containsPattern("Seccomp:\t2")
                .containsPattern("NoNewPrivs:\t0")
                .containsPattern("SigBlk:\t0000000000000000")
                .containsPattern("SigIgn:\t0000000000000000")
                .containsPattern("SigCgt:\t0000000000000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void anOrdinaryUserHasNoCapabilities(String how) {
        String status = how.equals("run")
                ? inside(how, "cat /proc/self/status", "-u", "1000:1000")
                : inside(how, "cat /proc/self/status", "-u", "1000");
        assertThat(status)
                .contains("CapEff:\t0000000000000000")
                .contains("CapPrm:\t0000000000000000")
                .contains("Uid:\t1000\t1000\t1000\t1000");
    }

    @Test
    void theCommandIsPidOne() {
        assertThat(inside("run", "echo $$; tr '\\0' ' ' < /proc/1/cmdline; true"))
                .startsWith("1\nsh -c ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void onlyTheThreeStandardDescriptorsAreOpen(String how) {
        // ls itself opens the directory, which is the fourth line.
        assertThat(inside(how, "exec ls /proc/self/fd").lines()).containsExactly("0", "1", "2", "3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void nothingOfTheDaemonsEnvironmentIsThere(String how) {
        assertThat(inside(how, "env | sort").lines().map(line -> line.split("=")[0]))
                .containsExactlyInAnyOrder("HOME", "HOSTNAME", "PATH", "PWD", "SHLVL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void sensitivePathsAreMasked(String how) {
        String seen = inside(how, """
                for f in /proc/kcore /proc/keys /proc/latency_stats /proc/timer_list /proc/sched_debug /proc/interrupts; do
                  if [ -e $f ]; then echo "$f $(wc -c < $f) $(stat -c %t:%T $f)"; fi
                done
                for d in /proc/acpi /proc/scsi /proc/asound /sys/firmware /sys/devices/virtual/powercap; do
                  if [ -e $d ]; then echo "$d $(ls -A $d | wc -l)"; fi
                done
                """);
        assertThat(seen.lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).matches("/proc/\\S+ 0 1:3|/\\S+ 0"));
        assertThat(inside(how, """
                for f in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/irq/default_smp_affinity /sys/kernel/uevent_helper /proc/bus/x /proc/fs/x; do
                  (echo x > $f) 2>/dev/null && echo "$f is writable"
                done; echo checked
                """).strip()).isEqualTo("checked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void onlyTheAllowedDevicesOpen(String how) {
        assertThat(inside(how, """
                mknod /tmp/disk b 254 0; mknod /tmp/mem c 1 1; mknod /tmp/kmsg c 1 11; mknod /tmp/fuse c 10 229
                for d in disk mem kmsg fuse; do (head -c 1 < /tmp/$d) 2>/dev/null && echo "$d opens"; done
                for d in null zero full random urandom tty; do [ -c /dev/$d ] || echo "$d is missing"; done
                head -c 3 /dev/zero | wc -c; echo x > /dev/null; rm /tmp/disk /tmp/mem /tmp/kmsg /tmp/fuse
                """).strip()).isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void theKernelRefusesWhatTheProfileForbids(String how) {
        assertThat(inside(how, """
                unshare -m true 2>/dev/null && echo unshared
                mount -t tmpfs none /tmp 2>/dev/null && echo mounted
                mount -t proc none /tmp 2>/dev/null && echo mounted proc
                chroot / true || echo no chroot
                echo checked
                """).strip()).isEqualTo("checked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void noOtherProcessIsVisible(String how) {
        assertThat(inside(how, "ls -d /proc/[0-9]* | wc -l").strip()).isIn("2", "3", "4");
        assertThat(inside(how, "ls -d /proc/[0-9]* | wc -l", "--cap-add", "SYS_PTRACE")
                        .strip())
                .isIn("2", "3", "4");
    }

    /** With SYS_PTRACE a container may read the memory of every process it can see; none of ours is among them, nor ever was. */
    @Test
    void theDaemonIsOutOfReachEvenWithPtraceWhileExecsComeAndGo() {
        String id = engine.docker(
                        "run", "-d", "--network", "none", "--cap-add", "SYS_PTRACE", "busybox", "sh", "-c", """
                while :; do
                  for p in /proc/[0-9]*; do
                    exe=$(readlink $p/exe 2>/dev/null)
                    case "$exe" in ''|/bin/busybox) ;; *) echo "$p $exe $(tr '\\0' ' ' < $p/cmdline 2>/dev/null)";; esac
                    grep -l java $p/maps 2>/dev/null
                    ls -l $p/fd 2>/dev/null | grep -E 'jdocker|state.db|\\.jar|memfd:java' && echo "$p holds a descriptor of the daemon"
                  done
                done
                """)
                .ok()
                .text();
        for (int i = 0; i < 40; i++) {
            engine.docker("exec", id, "true").ok();
        }
        String seen = engine.docker("logs", id).ok().out();
        engine.docker("rm", "-f", id).ok();
        // The joined child shows the shim's image for an instant, before its execve; that image holds no secret.
        assertThat(seen.lines().filter(line -> !line.contains("memfd:jdocker-shim")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void theShimsImageCannotBeOverwritten(String how) {
        assertThat(inside(
                                how,
                                "cp /proc/self/exe /tmp/x && (echo x >> /proc/1/exe) 2>/dev/null && echo overwritten; echo checked")
                        .strip())
                .isEqualTo("checked");
    }

    @Test
    void privilegedHasWhatTheDaemonHas() throws IOException {
        String daemon = Files.readAllLines(Path.of("/proc/" + engine.pid() + "/status")).stream()
                .filter(line -> line.startsWith("CapBnd:"))
                .findFirst()
                .orElseThrow()
                .substring(8)
                .strip();
        assertThat(inside("run", "cat /proc/self/status", "--privileged"))
                .contains("CapEff:\t" + daemon)
                .contains("Seccomp:\t0");
    }

    @Test
    void addedAndDroppedCapabilitiesAreExact() {
        assertThat(inside("run", "grep CapEff /proc/self/status", "--cap-drop", "ALL", "--cap-add", "NET_ADMIN")
                        .strip())
                .isEqualTo("CapEff:\t0000000000001000");
    }

    /** Images whose own paths lead elsewhere: what the engine makes lands inside the container, or the start fails; the host stays as it was. */
    @ParameterizedTest(name = "{0} -> {1}")
    @org.junit.jupiter.params.provider.CsvSource({
        "dev, /etc",
        "dev, ../../../../etc",
        "proc, /etc",
        "sys, /var",
        "etc, /root",
        "etc, ../../../..",
        "tmp, /proc/self/root/../..",
        "run, /etc",
        "data, /etc"
    })
    void aHostileImageReachesNothingOfTheHost(String name, String target) throws IOException {
        List<Path> before = Traces.entries(Path.of("/etc"));
        byte[] rootFs = TestImages.tar(tar -> {
            TestImages.directory(tar, "bin/", 0755);
            TestImages.file(tar, "bin/busybox", 0755, Files.readAllBytes(Path.of("/bin/busybox")));
            TestImages.link(tar, "bin/sh", "busybox");
            TestImages.link(tar, name, target);
        });
        engine.dockerWithInput(rootFs, "import", "-", "hostile:latest").ok();
        Path bind = Files.createDirectories(engine.root().resolve("bind"));
        CommandResult result = engine.docker(
                "run",
                "--rm",
                "--network",
                "none",
                "-v",
                bind + ":/data/x",
                "-w",
                "/" + name + "/w",
                "hostile",
                "/bin/sh",
                "-c",
                "busybox pwd");
        assertThat(result.code()).isIn(0, 125, 126, 127, 1);
        assertThat(Traces.entries(Path.of("/etc"))).containsExactlyInAnyOrderElementsOf(before);
        assertThat(Files.exists(Path.of("/etc/w"))).isFalse();
        engine.docker("rmi", "hostile").ok();
    }

    @Test
    void aPasswdThatIsAFifoDoesNotHangTheStart() {
        byte[] rootFs = TestImages.tar(tar -> {
            TestImages.directory(tar, "bin/", 0755);
            TestImages.file(tar, "bin/busybox", 0755, Files.readAllBytes(Path.of("/bin/busybox")));
            TestImages.link(tar, "bin/sh", "busybox");
            TestImages.directory(tar, "etc/", 0755);
            var fifo = new org.apache.commons.compress.archivers.tar.TarArchiveEntry(
                    "etc/passwd", org.apache.commons.compress.archivers.tar.TarConstants.LF_FIFO);
            tar.putArchiveEntry(fifo);
            tar.closeArchiveEntry();
        });
        engine.dockerWithInput(rootFs, "import", "-", "fifo:latest").ok();
        long start = System.nanoTime();
        CommandResult result =
                engine.docker("run", "--rm", "--network", "none", "-u", "someone", "fifo", "/bin/sh", "-c", "true");
        assertThat(result.code()).isNotZero();
        assertThat(java.time.Duration.ofNanos(System.nanoTime() - start)).isLessThan(java.time.Duration.ofSeconds(20));
        engine.docker("rmi", "fifo").ok();
    }

    @Test
    void theShimIsSmall() throws IOException {
        String id = engine.docker(
                        "run",
                        "-d",
                        "--network",
                        "none",
                        "busybox",
                        "sh",
                        "-c",
                        "while :; do echo line; usleep 1000; done")
                .ok()
                .text();
        Engine.sleep(java.time.Duration.ofMillis(300));
        List<Long> shims = Traces.of(engine).shims();
        assertThat(shims).hasSize(1);
        String status = Files.readString(Path.of("/proc/" + shims.getFirst() + "/status"), StandardCharsets.ISO_8859_1);
        long kib = status.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
        assertThat(kib).isLessThanOrEqualTo(100);
        engine.docker("rm", "-f", id).ok();
    }
}
