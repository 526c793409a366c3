package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import jdocker.oci.Capability;
import jdocker.oci.DefaultSpec;
import jdocker.oci.HostFacts;
import jdocker.oci.KernelVersion;
import jdocker.oci.Linux;
import jdocker.oci.LinuxNamespace;
import jdocker.oci.LinuxPersonality;
import jdocker.oci.OciMount;
import jdocker.oci.OciProcess;
import jdocker.oci.Root;
import jdocker.oci.RuntimeSpec;
import jdocker.oci.User;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of things, which is what keeps a container in. */
class InitPlanTest {
    private static final HostFacts HOST =
            new HostFacts("amd64", new KernelVersion(6, 18), EnumSet.allOf(Capability.class), List.of());
    private static final Optional<Credentials.Filter> FILTER =
            Optional.of(new Credentials.Filter(new byte[] {6, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f}, 4));

    @Test
    void theRootIsEnteredBeforeAnythingInItIsLookedAt() {
        assertThat(names(plan(spec()), Phase.PROCESS))
                .containsSubsequence(
                        "join cgroup /sys/fs/cgroup/memory/jdocker/x/tasks",
                        "set oom_score_adj to 0",
                        "raise lo",
                        "set name web",
                        "mount /srv/data on /data",
                        "make all mounts slaves",
                        "open root /merged",
                        "pivot to the root",
                        "drop the host's tree",
                        "open /proc",
                        "mount proc on /proc",
                        "make device null",
                        "mount devpts on /dev/pts",
                        "open /data",
                        "mount /srv/data on /data",
                        "set sysctl net.core.somaxconn",
                        "make read-only /proc/sys",
                        "mask /proc/kcore",
                        "set RLIMIT_NOFILE");
    }

    @Test
    void privilegesGoInTheOnlyOrderThatWorks() {
        assertThat(names(plan(spec()), Phase.PROCESS))
                .containsSubsequence(
                        "drop capability 21",
                        "keep capabilities",
                        "setgroups",
                        "setresgid",
                        "setresuid",
                        "chdir to /",
                        "tie to the shim",
                        "look for the shim",
                        "close on exec",
                        "capset",
                        "seccomp",
                        "capset",
                        "execute /bin/sh")
                .endsWith("execute /bin/sh", "search sh");
    }

    @Test
    void withNoNewPrivilegesTheFilterComesLast() {
        RuntimeSpec spec = process(spec(), process -> process.noNewPrivileges(true));

        assertThat(names(plan(spec), Phase.PROCESS))
                .containsSubsequence("close on exec", "capset", "no new privileges", "seccomp", "execute /bin/sh");
    }

    @Test
    void allCapabilitiesButTheDefaultOnesAreDropped() {
        List<String> names = names(plan(spec()), Phase.PROCESS);

        for (int number = 0; number < 64; number++) {
            boolean kept = (0xa80425fbL >>> number & 1) != 0;
            assertThat(names.contains("drop capability " + number)).isEqualTo(!kept);
        }
    }

    @Test
    void withInitTheCommandIsExecutedByTheChildOnly() {
        Plan plan = InitPlan.of(request(spec(), true), cgroup(), FILTER);

        assertThat(names(plan, Phase.PROCESS)).noneMatch(name -> name.startsWith("execute"));
        assertThat(names(plan, Phase.CHILD)).startsWith("lead a session").endsWith("search sh");
    }

    @Test
    void theEndUnmountsAndRemovesTheCgroups() {
        assertThat(names(plan(spec()), Phase.END))
                .containsSubsequence("unmount /merged", "remove /sys/fs/cgroup/memory/jdocker/x");
    }

    @Test
    void aHostNetworkIsLeftAlone() {
        RuntimeSpec spec = linux(
                spec(),
                linux -> linux.namespaces(linux.build().namespaces().stream()
                        .filter(namespace -> !namespace.type().equals(LinuxNamespace.NETWORK))
                        .toList()));

        assertThat(names(plan(spec), Phase.PROCESS)).doesNotContain("raise lo");
    }

    @Test
    void aGivenNetworkIsJoinedBeforeTheHostIsLeft() {
        RuntimeSpec spec = linux(
                spec(),
                linux -> linux.namespaces(List.of(
                        LinuxNamespace.fresh(LinuxNamespace.MOUNT),
                        LinuxNamespace.fresh(LinuxNamespace.UTS),
                        new LinuxNamespace(LinuxNamespace.NETWORK, "/run/netns/x"))));

        assertThat(names(plan(spec), Phase.PROCESS))
                .containsSubsequence("join network namespace /run/netns/x", "pivot to the root")
                .doesNotContain("raise lo");
    }

    @Test
    void relativeEntriesOfThePathRefuseInsteadOfExecuting() {
        RuntimeSpec spec = process(spec(), process -> process.env(List.of("PATH=/a::bin:/b")));

        assertThat(names(plan(spec), Phase.PROCESS))
                .endsWith(
                        "execute /a/sh",
                        "relative sh",
                        "relative sh",
                        "relative sh",
                        "relative sh",
                        "execute /b/sh",
                        "search sh");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "kernel..x", "../x", "net/../../x", "a//b"})
    void sysctlsThatLeadElsewhereAreRefused(String key) {
        RuntimeSpec spec = linux(spec(), linux -> linux.sysctl(Map.of(key, "1")));

        assertThatThrownBy(() -> plan(spec)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHostNameNeedsANamespaceOfItsOwn() {
        RuntimeSpec spec =
                linux(spec(), linux -> linux.namespaces(List.of(LinuxNamespace.fresh(LinuxNamespace.MOUNT))));

        assertThatThrownBy(() -> plan(spec)).hasMessageContaining("uts");
    }

    @Test
    void whatIsNotDoneIsRefusedAllAtOnce() {
        RuntimeSpec spec = linux(
                process(spec(), process -> process.selinuxLabel("system_u:x")),
                linux -> linux.personality(new LinuxPersonality("LINUX32", List.of())));

        assertThatThrownBy(() -> plan(spec)).hasMessage("not supported: SELinux labels, a personality");
    }

    @Test
    void hundredsOfBindsFitIntoTheRegisters() {
        RuntimeSpec.Builder many = spec().toBuilder();
        many.mounts(IntStream.range(0, 300)
                .mapToObj(i -> new OciMount("/m" + i, "bind", "/srv/" + i, List.of("rbind"), List.of(), List.of()))
                .toList());

        RuntimeSpec spec = linux(many.build(), linux -> linux.sysctl(Map.of()));

        assertThat(plan(spec).bytes()).hasSizeLessThan(PlanWriter.MAX_SIZE);
    }

    @Test
    void theSameSpecificationGivesTheSamePlan() {
        assertThat(plan(spec()).bytes()).isEqualTo(plan(spec()).bytes());
    }

    private static RuntimeSpec spec() {
        RuntimeSpec spec = DefaultSpec.of(HOST);
        var mounts = new ArrayList<>(spec.mounts());
        mounts.add(new OciMount("/data", "bind", "/srv/data", List.of("rbind"), List.of(), List.of()));
        RuntimeSpec full = spec.toBuilder()
                .root(new Root("/merged", false))
                .hostname("web")
                .mounts(mounts)
                .build();
        return linux(
                process(full, process -> process.args(List.of("sh")).user(User.of(0, 0))),
                linux -> linux.sysctl(Map.of("net.core.somaxconn", "1")));
    }

    private static RuntimeSpec process(RuntimeSpec spec, UnaryOperator<OciProcess.Builder> change) {
        OciProcess.Builder builder = Objects.requireNonNull(spec.process()).toBuilder();
        return spec.toBuilder().process(change.apply(builder).build()).build();
    }

    private static RuntimeSpec linux(RuntimeSpec spec, UnaryOperator<Linux.Builder> change) {
        Linux.Builder builder = Objects.requireNonNull(spec.linux()).toBuilder();
        return spec.toBuilder().linux(change.apply(builder).build()).build();
    }

    private static Plan plan(RuntimeSpec spec) {
        return InitPlan.of(request(spec, false), cgroup(), FILTER);
    }

    private static StartRequest request(RuntimeSpec spec, boolean init) {
        return new StartRequest(
                "x",
                spec,
                Path.of("/run/x"),
                new Streams(false, false),
                Optional.empty(),
                init,
                List.of(Path.of("/merged")));
    }

    private static CgroupPlacement cgroup() {
        Path memory = Path.of("/sys/fs/cgroup/memory/jdocker/x");
        return new CgroupPlacement(
                List.of(memory.resolve("tasks")),
                Optional.empty(),
                Map.of("memory", memory),
                Map.of(),
                List.of(memory),
                Optional.empty(),
                Optional.empty());
    }

    private static List<String> names(Plan plan, Phase phase) {
        return plan.steps().get(phase).stream().map(Step::name).toList();
    }
}
