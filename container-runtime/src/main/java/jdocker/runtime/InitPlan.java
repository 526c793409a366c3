package jdocker.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallNumber;
import jdocker.oci.Linux;
import jdocker.oci.LinuxNamespace;
import jdocker.oci.OciProcess;
import jdocker.oci.RuntimeSpec;
import org.jspecify.annotations.Nullable;

/** Everything that makes a container of a specification, in order; a value, so it can be looked at without root. */
final class InitPlan {
    private final StartRequest request;
    private final RuntimeSpec spec;
    private final Linux linux;
    private final OciProcess process;
    private final CgroupPlacement cgroup;
    private final Optional<Credentials.Filter> filter;
    private final PlanWriter plan = new PlanWriter();
    private final Script prepare = new Script(plan, Phase.PREPARE);
    private final Script script = new Script(plan, Phase.PROCESS);
    private final ProcessSetup setup = new ProcessSetup(script);
    private final StandardStreams streams = new StandardStreams(plan);
    private final Register scratch = plan.register();
    private final NamespaceSteps namespaces;

    private InitPlan(StartRequest request, CgroupPlacement cgroup, Optional<Credentials.Filter> filter) {
        this.request = request;
        this.spec = request.spec();
        this.linux = spec.linux() == null ? Linux.builder().build() : spec.linux();
        this.process = Optional.ofNullable(spec.process())
                .orElseThrow(() -> new IllegalArgumentException("the specification has no process"));
        this.cgroup = cgroup;
        this.filter = filter;
        this.namespaces = new NamespaceSteps(linux.namespaces());
    }

    /**
     * The plan of a container.
     *
     * @param filter the compiled system call filter; absent when the container has none
     * @throws IllegalArgumentException if the specification asks for what cannot be done
     */
    static Plan of(StartRequest request, CgroupPlacement cgroup, Optional<Credentials.Filter> filter) {
        return new InitPlan(request, cgroup, filter).encode();
    }

    private Plan encode() {
        Unsupported.refuse(spec);
        describe();
        prepareShim();
        leaveHost();
        var root = new RootMounts(script, spec, linux, cgroup);
        root.build();
        furnish(root);
        becomeProcess();
        cleanUp();
        return plan.encode();
    }

    private void describe() {
        if (process.hasTerminal()) {
            plan.flag(PlanFlag.TTY);
        }
        if (request.streams().openStdin()) {
            plan.flag(PlanFlag.OPEN_STDIN);
        }
        if (request.streams().subscribed()) {
            plan.flag(PlanFlag.SUBSCRIBED);
        }
        if (request.init()) {
            plan.flag(PlanFlag.INIT);
        }
        plan.cloneFlags(namespaces.cloneFlags());
        request.log()
                .ifPresent(log -> plan.log(
                        new LogSettings(log.path().toString(), log.maxSize(), log.maxFiles(), log.attributes())));
        cgroup.oomCounter().ifPresent(counter -> plan.oomCounter(counter.file().toString(), counter.key()));
    }

    private void prepareShim() {
        ProcessSetup.prepareShim(prepare, request.runDir());
        cgroup.prepare(prepare);
        if (!process.hasTerminal()) {
            streams.makePipes(prepare, request.streams().openStdin());
        }
    }

    /** What needs the host's view: cgroups, scores, namespaces that exist already. */
    private void leaveHost() {
        setup.joinCgroups(cgroup.joinFiles(), scratch);
        namespaces.enter(script, scratch);
        setup.scoreForOom(process, scratch);
        setup.confine(Optional.ofNullable(process.apparmorProfile()), scratch);
        setup.joinKeyring(request.id(), scratch);
        if (namespaces.makes(LinuxNamespace.NETWORK)) {
            raiseLoopback();
        }
        setName(spec.hostname(), SyscallNumber.SETHOSTNAME);
        setName(spec.domainname(), SyscallNumber.SETDOMAINNAME);
        script.call("lead a session", SyscallNumber.SETSID);
        script.call("clear umask", SyscallNumber.UMASK, 0);
    }

    /** Devices, streams, masks: what is made within the new root. */
    private void furnish(RootMounts root) {
        root.dev().ifPresent(dev -> new DeviceNodes(script, dev).extra(linux.devices(), root.root(), scratch));
        Register nullDevice = openNull(root);
        if (process.hasTerminal()) {
            takeTerminal(root);
        } else {
            streams.takePipes(script, Optional.of(nullDevice), process.user().uid());
        }
        root.proc().ifPresentOrElse(this::writeSysctls, this::refuseSysctls);
        var masks = new PathMasks(script, root);
        masks.readOnly(linux.readonlyPaths());
        masks.hide(linux.maskedPaths(), nullDevice);
        root.targets().open(process.cwd(), true, scratch);
        root.closeForWriting();
    }

    private void becomeProcess() {
        var credentials = new Credentials(script, process, filter);
        setup.limitResources(process.rlimits());
        credentials.becomeUser();
        setup.setUmask(process);
        setup.dieWithShim();
        setup.checkShim();
        setup.closeAllOnExec();
        credentials.restrict();
        Script last = script;
        if (request.init()) {
            last = new Script(plan, Phase.CHILD);
            last.call("lead a session", SyscallNumber.SETSID);
            if (process.hasTerminal()) {
                StandardStreams.control(last);
            }
        }
        new CommandSearch(last, process).execute();
    }

    /** What the shim undoes when the container has ended, whether or not a daemon runs. */
    private void cleanUp() {
        var end = new Script(plan, Phase.END);
        for (Path path : request.unmountAtEnd()) {
            Label gone = end.label();
            Label busy = end.label();
            String name = "unmount " + path;
            end.add(end.step(name, SyscallNumber.UMOUNT2, path.toString(), Abi.UMOUNT_NOFOLLOW)
                    .tolerating(busy, Errno.EBUSY));
            end.add(Step.jump(gone));
            end.place(busy);
            end.add(end.step(name, SyscallNumber.UMOUNT2, path.toString(), Abi.UMOUNT_NOFOLLOW | Abi.MNT_DETACH)
                    .tolerating(Errno.EINVAL, Errno.ENOENT));
            end.place(gone);
        }
        for (Path directory : cgroup.removalOrder()) {
            end.add(end.step(
                            "remove " + directory,
                            SyscallNumber.UNLINKAT,
                            Abi.AT_FDCWD,
                            directory.toString(),
                            Abi.AT_REMOVEDIR)
                    .retryingBusy()
                    .tolerating(Errno.ENOENT, Errno.EBUSY));
        }
    }

    private void raiseLoopback() {
        ByteBuffer request = ByteBuffer.allocate(Abi.IFREQ_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        request.put("lo".getBytes(StandardCharsets.US_ASCII)).putShort(Abi.IFREQ_FLAGS_AT, (short) Abi.IFF_UP_RUNNING);
        script.add(script.step("open a socket", SyscallNumber.SOCKET, Abi.AF_INET, Abi.SOCK_DGRAM | Abi.SOCK_CLOEXEC, 0)
                .into(scratch));
        script.call("raise lo", SyscallNumber.IOCTL, scratch, Abi.SIOCSIFFLAGS, plan.bytes(request.array()));
        script.close(scratch);
    }

    private void setName(@Nullable String name, SyscallNumber call) {
        if (name != null && !name.isEmpty()) {
            if (!namespaces.makes(LinuxNamespace.UTS)) {
                throw new IllegalArgumentException("a host name needs a uts namespace of its own");
            }
            script.call("set name " + name, call, name, name.getBytes(StandardCharsets.UTF_8).length);
        }
    }

    /** Our own node, or, when the user brought a {@code /dev}, one that proves to be the null device. */
    private Register openNull(RootMounts root) {
        Register nullDevice = plan.register();
        String name = "open /dev/null";
        if (root.dev().isPresent()) {
            script.add(script.open(name, root.dev().get(), "null", Abi.O_RDWR, Resolve.BENEATH, Resolve.NO_SYMLINKS)
                    .into(nullDevice));
        } else {
            script.add(script.open(
                            name,
                            root.root(),
                            "dev/null",
                            Abi.O_RDWR | Abi.O_NOCTTY,
                            Resolve.IN_ROOT,
                            Resolve.NO_MAGICLINKS)
                    .into(nullDevice));
        }
        DataRef status = plan.reserve(Abi.STATX_SIZE);
        script.add(script.status(name, nullDevice, status));
        script.expectDevice(name, status, 1, 3);
        return nullDevice;
    }

    private void takeTerminal(RootMounts root) {
        Register devpts =
                root.pts().orElseThrow(() -> new IllegalArgumentException("a terminal needs a devpts on /dev/pts"));
        Register terminal = streams.takeTerminal(
                script,
                devpts,
                Optional.ofNullable(process.consoleSize()),
                process.user().uid());
        root.dev().ifPresent(dev -> {
            new DeviceNodes(script, dev).consolePlace();
            script.add(
                    script.cloneTree("bind /dev/console", terminal, "", false).into(scratch));
            script.add(script.attach("bind /dev/console", scratch, dev, "console"));
        });
        if (!request.init()) {
            StandardStreams.control(script);
        }
    }

    private void writeSysctls(Register proc) {
        linux.sysctl().forEach((key, value) -> {
            String name = "set sysctl " + key;
            String path = "sys/" + sysctlPath(key);
            script.add(
                    script.open(name, proc, path, Abi.O_WRONLY, Resolve.BENEATH, Resolve.NO_SYMLINKS, Resolve.NO_XDEV)
                            .into(scratch));
            script.add(script.write(name, scratch, value));
            script.close(scratch);
        });
    }

    private void refuseSysctls() {
        if (!linux.sysctl().isEmpty()) {
            throw new IllegalArgumentException("sysctls need a procfs on /proc");
        }
    }

    // Either separator may come first, and the other one then stands for a dot within a name, as sysctl(8) has it.
    private static String sysctlPath(String key) {
        int dot = key.indexOf('.');
        int slash = key.indexOf('/');
        String path = slash < 0 || dot >= 0 && dot < slash
                ? key.replace('.', '\0').replace('/', '.').replace('\0', '/')
                : key;
        if (path.isEmpty()
                || List.of(path.split("/", -1)).stream().anyMatch(part -> part.isEmpty() || part.equals(".."))) {
            throw new IllegalArgumentException("invalid sysctl " + key);
        }
        return path;
    }
}
