package jdocker.daemon.container;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jdocker.api.ExecConfig;
import jdocker.api.HostConfig;
import jdocker.api.Ulimit;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.oci.Capability;
import jdocker.oci.CapabilityChoice;
import jdocker.oci.ConsoleSize;
import jdocker.oci.DefaultSpec;
import jdocker.oci.HostFacts;
import jdocker.oci.Json;
import jdocker.oci.Linux;
import jdocker.oci.LinuxNamespace;
import jdocker.oci.LinuxSeccomp;
import jdocker.oci.MalformedJson;
import jdocker.oci.OciProcess;
import jdocker.oci.Rlimit;
import jdocker.oci.Root;
import jdocker.oci.RuntimeSpec;
import jdocker.oci.SeccompProfile;
import jdocker.oci.User;
import org.jspecify.annotations.Nullable;

/** From a container as it is stored to the OCI specification that the runtime carries out. */
final class SpecBuilder {
    private static final long UNLIMITED = -1;

    /** Those of libseccomp but for NOTIFY, which asks a supervisor. */
    private static final List<String> SECCOMP_ACTIONS = List.of(
            "SCMP_ACT_ALLOW",
            "SCMP_ACT_ERRNO",
            "SCMP_ACT_KILL",
            "SCMP_ACT_KILL_PROCESS",
            "SCMP_ACT_KILL_THREAD",
            "SCMP_ACT_LOG",
            "SCMP_ACT_TRACE",
            "SCMP_ACT_TRAP");

    private final HostFacts host;
    private final SpecMounts mounts;
    private final RuntimeSpec base;
    private final SharedNamespaces shared;
    private final SecurityDefaults security;

    SpecBuilder(HostFacts host, SpecMounts mounts, SharedNamespaces shared, SecurityDefaults security) {
        this.host = host;
        this.mounts = mounts;
        this.base = DefaultSpec.of(host); // once: resolving the system call filter is not cheap
        this.shared = shared;
        this.security = security;
    }

    /**
     * @param network the network namespace made for it; empty when its network mode says it all
     * @throws InvalidRequest when something that the container needs is not there
     */
    RuntimeSpec of(Container c, Path root, ProcessUser identity, Optional<Path> network) {
        HostConfig config = c.hostConfig();
        List<Capability> capabilities = capabilities(config);
        SecurityOptions options = SecurityOptions.parse(HostConfigRules.listOf(config.securityOpt()));
        RuntimeSpec spec = config.privileged() ? DefaultSpec.privileged(base, host) : base;
        Linux linux = spec.linux() == null ? Linux.builder().build() : spec.linux();
        SpecResources.Devices devices = mounts.devices(config);
        boolean ownUts = !config.utsMode().equals("host");
        Linux.Builder changed = linux.toBuilder()
                .namespaces(namespaces(config, network))
                .resources(SpecResources.of(config, linux, devices))
                .devices(devices.nodes())
                .sysctl(sysctls(config))
                .cgroupsPath(config.cgroupParent() + "/" + c.id())
                .rootfsPropagation(mounts.propagation(c));
        if (!config.privileged()) {
            changed.seccomp(seccomp(options, linux.seccomp(), capabilities));
            changed.maskedPaths(
                    options.unmaskedSystemPaths()
                            ? List.of()
                            : config.maskedPaths() != null ? config.maskedPaths() : linux.maskedPaths());
            changed.readonlyPaths(
                    options.unmaskedSystemPaths()
                            ? List.of()
                            : config.readonlyPaths() != null ? config.readonlyPaths() : linux.readonlyPaths());
        }
        return spec.toBuilder()
                .process(process(c, identity, capabilities, options))
                .root(new Root(root.toString(), config.readonlyRootfs()))
                .hostname(ownUts ? c.hostname() : null)
                .domainname(
                        ownUts && !c.config().domainname().isEmpty()
                                ? c.config().domainname()
                                : null)
                .mounts(mounts.of(c, spec.mounts()))
                .annotations(config.annotations() == null ? Map.of() : config.annotations())
                .linux(changed.build())
                .build();
    }

    private List<Capability> capabilities(HostConfig config) {
        try {
            return new CapabilityChoice(
                            HostConfigRules.listOf(config.capAdd()),
                            HostConfigRules.listOf(config.capDrop()),
                            config.privileged())
                    .resolve(host.capabilities());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequest(e.getMessage() == null ? "invalid capability" : e.getMessage());
        }
    }

    private OciProcess process(
            Container c, ProcessUser identity, List<Capability> capabilities, SecurityOptions options) {
        User user = user(identity);
        OciProcess.Builder process = OciProcess.builder()
                .terminal(c.config().tty())
                .user(user)
                .args(c.command())
                .env(environment(c, identity, HostConfigRules.listOf(c.config().env())))
                .cwd(c.config().workingDir().isEmpty() ? "/" : c.config().workingDir())
                .capabilities(DefaultSpec.capabilities(capabilities, user))
                .rlimits(limits(c.hostConfig()))
                .noNewPrivileges(options.noNewPrivileges().orElse(security.noNewPrivileges()))
                .apparmorProfile(appArmor(options, c.hostConfig().privileged()))
                .oomScoreAdj(c.hostConfig().oomScoreAdj());
        size(c.config().tty(), c.hostConfig().consoleSize(), process);
        return process.build();
    }

    private @Nullable String appArmor(SecurityOptions options, boolean privileged) {
        try {
            return security.appArmor().profile(options.appArmor(), privileged).orElse(null);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequest(String.valueOf(e.getMessage()));
        }
    }

    private static void size(boolean tty, @Nullable List<Integer> size, OciProcess.Builder process) {
        if (tty && size != null && size.size() == 2 && (size.get(0) > 0 || size.get(1) > 0)) {
            process.consoleSize(new ConsoleSize(size.get(0), size.get(1)));
        }
    }

    /** The process of an exec: never more than its container has, unless it is a privileged exec. */
    OciProcess exec(Container c, ExecConfig exec, @Nullable List<Integer> size, ProcessUser identity) {
        User user = user(identity);
        List<Capability> capabilities =
                exec.privileged() ? List.copyOf(host.capabilities()) : capabilities(c.hostConfig());
        SecurityOptions options =
                SecurityOptions.parse(HostConfigRules.listOf(c.hostConfig().securityOpt()));
        List<String> env = new ArrayList<>(HostConfigRules.listOf(c.config().env()));
        env.addAll(HostConfigRules.listOf(exec.env()));
        String directory = exec.workingDir().isEmpty() ? c.config().workingDir() : exec.workingDir();
        OciProcess.Builder process = OciProcess.builder()
                .terminal(exec.tty())
                .user(user)
                .args(HostConfigRules.listOf(exec.cmd()))
                .env(environment(c, identity, env, exec.tty()))
                .cwd(directory.isEmpty() ? "/" : directory)
                .capabilities(DefaultSpec.capabilities(capabilities, user))
                .rlimits(limits(c.hostConfig()))
                .noNewPrivileges(options.noNewPrivileges().orElse(security.noNewPrivileges()))
                .apparmorProfile(
                        exec.privileged()
                                ? null
                                : appArmor(options, c.hostConfig().privileged()))
                .oomScoreAdj(c.hostConfig().oomScoreAdj());
        size(exec.tty(), size, process);
        return process.build();
    }

    private static User user(ProcessUser identity) {
        List<Long> further = identity.groups();
        return new User(identity.uid(), identity.gid(), null, further, null);
    }

    private static List<String> environment(Container c, ProcessUser identity, List<String> own) {
        return environment(c, identity, own, c.config().tty());
    }

    /** Later assignments replace earlier ones in place; a name without {@code =} takes the variable away. */
    static List<String> environment(Container c, ProcessUser identity, List<String> own, boolean tty) {
        var variables = new LinkedHashMap<String, String>();
        put(variables, DefaultSpec.PATH);
        put(variables, "HOSTNAME=" + c.hostname());
        if (tty) {
            put(variables, "TERM=xterm");
        }
        for (String assignment : own) {
            if (assignment.indexOf('=') < 0) {
                variables.remove(assignment);
            } else {
                put(variables, assignment);
            }
        }
        if (variables.getOrDefault("HOME", "HOME=").equals("HOME=")) {
            put(variables, "HOME=" + identity.home());
        }
        return List.copyOf(variables.values());
    }

    private static void put(Map<String, String> variables, String assignment) {
        variables.put(ConfigMerge.variable(assignment), assignment);
    }

    private List<Rlimit> limits(HostConfig config) {
        var limits = new TreeMap<String, Rlimit>();
        OciProcess process = base.process();
        if (process != null) {
            process.rlimits().forEach(limit -> limits.put(limit.type(), limit));
        }
        for (Ulimit limit : config.ulimits()) {
            String type = "RLIMIT_" + limit.name().toUpperCase(java.util.Locale.ROOT);
            limits.put(type, new Rlimit(type, unlimited(limit.hard()), unlimited(limit.soft())));
        }
        return List.copyOf(limits.values());
    }

    // RLIM_INFINITY is all ones, which is what -1 is.
    private static long unlimited(long value) {
        return value < 0 ? UNLIMITED : value;
    }

    private List<LinuxNamespace> namespaces(HostConfig config, Optional<Path> network) {
        var namespaces = new ArrayList<LinuxNamespace>();
        namespaces.add(LinuxNamespace.fresh(LinuxNamespace.MOUNT));
        if (network.isPresent()) {
            namespaces.add(
                    new LinuxNamespace(LinuxNamespace.NETWORK, network.get().toString()));
        } else {
            add(namespaces, LinuxNamespace.NETWORK, config.networkMode(), "net");
        }
        add(namespaces, LinuxNamespace.UTS, config.utsMode(), "uts");
        add(namespaces, LinuxNamespace.PID, config.pidMode(), "pid");
        add(namespaces, LinuxNamespace.IPC, config.ipcMode(), "ipc");
        if (config.cgroupnsMode().equals("private")) {
            namespaces.add(LinuxNamespace.fresh(LinuxNamespace.CGROUP));
        }
        return namespaces;
    }

    private void add(List<LinuxNamespace> namespaces, String type, String mode, String file) {
        if (mode.equals("host")) {
            return;
        }
        var other = HostConfigRules.otherContainer(mode);
        if (other.isEmpty()) {
            namespaces.add(LinuxNamespace.fresh(type));
            return;
        }
        namespaces.add(new LinuxNamespace(type, shared.path(other.get(), type, file)));
    }

    private static Map<String, String> sysctls(HostConfig config) {
        var sysctls = new TreeMap<String, String>();
        boolean ownNetwork = !config.networkMode().equals("host")
                && HostConfigRules.otherContainer(config.networkMode()).isEmpty();
        if (ownNetwork) {
            // As Docker: who runs without privileges may bind low ports and ping.
            sysctls.put("net.ipv4.ip_unprivileged_port_start", "0");
            sysctls.put("net.ipv4.ping_group_range", "0 2147483647");
        }
        if (config.sysctls() != null) {
            sysctls.putAll(config.sysctls());
        }
        return sysctls;
    }

    private @Nullable LinuxSeccomp seccomp(
            SecurityOptions options, @Nullable LinuxSeccomp standard, List<Capability> capabilities) {
        String profile = options.seccomp().orElse(security.seccomp());
        if (profile.equals("unconfined")) {
            return null;
        }
        if (profile.equals("builtin") || profile.isEmpty()) {
            boolean usual =
                    capabilities.equals(new CapabilityChoice(List.of(), List.of(), false).resolve(host.capabilities()));
            return usual ? standard : SeccompProfile.dockerDefault().resolve(host, capabilities);
        }
        return customSeccomp(profile).resolve(host, capabilities);
    }

    /**
     * Reads a profile that came with the request, or with the daemon's settings.
     *
     * @throws InvalidRequest when it is none, or has actions that there are not
     */
    static SeccompProfile customSeccomp(String json) {
        try {
            SeccompProfile profile = Json.read(json.getBytes(StandardCharsets.UTF_8), SeccompProfile.class);
            for (String action : profile.actions()) {
                if (!SECCOMP_ACTIONS.contains(action)) {
                    throw new InvalidRequest("Decoding seccomp profile failed: the action \"" + action
                            + "\" is none of " + SECCOMP_ACTIONS);
                }
            }
            return profile;
        } catch (MalformedJson e) {
            throw new InvalidRequest("Decoding seccomp profile failed: " + e.getMessage());
        }
    }

    /** A specification as JSON. */
    static JsonNode tree(RuntimeSpec spec) {
        return Json.mapperOfSpecs().valueToTree(spec);
    }
}
