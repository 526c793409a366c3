package jdocker.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.MountAttribute;
import jdocker.kernel.SyscallNumber;
import jdocker.oci.Linux;
import jdocker.oci.LinuxNamespace;
import jdocker.oci.OciMount;
import jdocker.oci.RuntimeSpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes the container's root. What comes from the host is copied first; then the root is pivoted into and the host's tree
 * thrown away; only then are the image's paths looked at, when there is nothing left that a link in them could reach.
 */
final class RootMounts {
    private final Script script;
    private final RuntimeSpec spec;
    private final Linux linux;
    private final CgroupPlacement cgroup;
    private final Register root;
    private final Register tree;
    private final Register target;
    private final Register context;
    private final Register other;
    private final HostSources sources;
    private final Targets targets;
    private final List<Wanted> wanted = new ArrayList<>();
    private final List<DataRef> readOnlyLate = new ArrayList<>();
    private Optional<Register> dev = Optional.empty();
    private Optional<Register> proc = Optional.empty();
    private Optional<Register> sys = Optional.empty();
    private Optional<Register> pts = Optional.empty();

    /**
     * A mount of the specification and what of the host it shows.
     *
     * @param bind the copy of its source
     * @param cgroups copies of the cgroup's directories by hierarchy
     */
    private record Wanted(OciMount mount, MountOptions options, Optional<DataRef> bind, Map<String, DataRef> cgroups) {
        String name() {
            return HostSources.describe(mount.source() == null ? "" : mount.source(), mount.destination());
        }
    }

    RootMounts(Script script, RuntimeSpec spec, Linux linux, CgroupPlacement cgroup) {
        this.script = script;
        this.spec = spec;
        this.linux = linux;
        this.cgroup = cgroup;
        this.root = script.plan().register();
        this.tree = script.plan().register();
        this.target = script.plan().register();
        this.context = script.plan().register();
        this.other = script.plan().register();
        this.sources = new HostSources(script, tree);
        this.targets = new Targets(script, root);
    }

    void build() {
        takeSources();
        enterRoot();
        wanted.forEach(this::attach);
    }

    /** The root directory. */
    Register root() {
        return root;
    }

    Targets targets() {
        return targets;
    }

    /** The {@code /dev} that was made here; absent when the user brought one. */
    Optional<Register> dev() {
        return dev;
    }

    Optional<Register> proc() {
        return proc;
    }

    Optional<Register> sys() {
        return sys;
    }

    Optional<Register> pts() {
        return pts;
    }

    /** Last, when nothing is to be created any more. */
    void closeForWriting() {
        for (DataRef mount : readOnlyLate) {
            readOnly("make a mount read-only", sources.take(mount));
        }
        if (spec.root() != null && spec.root().isReadonly()) {
            readOnly("make / read-only", root);
        }
        if (linux.rootfsPropagation() != null && !linux.rootfsPropagation().isEmpty()) {
            String wanted = linux.rootfsPropagation();
            Propagation propagation = Propagation.ofOption(wanted)
                    .orElseThrow(() -> new IllegalArgumentException("unknown rootfsPropagation " + wanted));
            script.add(script.attributes("propagation of /", root, 0, 0, propagation.bit(), wanted.startsWith("r")));
        }
    }

    private void readOnly(String name, Register mount) {
        script.add(script.attributes(name, mount, MountAttribute.READ_ONLY.bits(), 0, 0, false));
    }

    private void takeSources() {
        for (OciMount mount : spec.mounts()) {
            MountOptions options = MountOptions.parse(mount.options());
            boolean isBind = options.bind() || "bind".equals(mount.type());
            boolean isCgroup = !isBind && "cgroup".equals(mount.type());
            // Mounted anew, it would be the daemon's view; and the host's tree would lose its own mount options.
            boolean isWholeTree = isCgroup && cgroup.unified().isPresent() && !hasCgroupNamespace();
            wanted.add(new Wanted(
                    mount,
                    options,
                    isBind
                            ? Optional.of(sources.bind(mount, options))
                            : isWholeTree
                                    ? Optional.of(
                                            sources.unified(cgroup.unified().orElseThrow(), options))
                                    : Optional.empty(),
                    isCgroup ? sources.cgroups(cgroup, options) : Map.of()));
        }
    }

    private boolean hasCgroupNamespace() {
        return linux.namespaces().stream().anyMatch(one -> one.type().equals(LinuxNamespace.CGROUP));
    }

    // Slave, not private: while the host's tree is still here, an unmount on the host must reach it, or it is busy
    // there.
    private void enterRoot() {
        String path = spec.root() == null ? "" : spec.root().path();
        DataRef slave = script.structure(0, 0, Propagation.SLAVE.bit(), 0);
        script.call(
                "make all mounts slaves",
                SyscallNumber.MOUNT_SETATTR,
                Abi.AT_FDCWD,
                "/",
                Abi.AT_RECURSIVE,
                slave,
                4 * Long.BYTES);
        script.add(
                script.cloneTree("open root " + path, Abi.AT_FDCWD, path, true).into(root));
        script.add(script.attributes("open root " + path, root, 0, 0, Propagation.PRIVATE.bit(), true));
        script.add(script.attach("mount root " + path, root, Abi.AT_FDCWD, path));
        script.call("change to the root", SyscallNumber.FCHDIR, root);
        script.call("pivot to the root", SyscallNumber.PIVOT_ROOT, ".", ".");
        script.call("drop the host's tree", SyscallNumber.UMOUNT2, ".", Abi.MNT_DETACH);
        script.call("change to /", SyscallNumber.CHDIR, "/");
    }

    private void attach(Wanted each) {
        boolean isCgroup =
                !each.options().bind() && "cgroup".equals(each.mount().type());
        if (isCgroup && cgroup.unified().isPresent()) {
            attachUnified(each);
        } else if (each.bind().isPresent()) {
            attachBind(each, each.bind().get());
        } else if (isCgroup) {
            attachCgroups(each);
        } else {
            attachFileSystem(each);
        }
    }

    private void attachBind(Wanted each, DataRef slot) {
        OciMount mount = each.mount();
        targets.open(mount.destination(), HostFiles.isDirectory(mount.source()), target);
        targets.refuseProc(each.name(), target);
        sources.take(slot);
        script.add(script.attach(each.name(), tree, target));
        script.close(target);
    }

    /** In a cgroup namespace of its own the container's cgroup is the root of the tree; else it is shown the host's. */
    private void attachUnified(Wanted wanted) {
        targets.open(wanted.mount().destination(), true, target);
        if (wanted.bind().isPresent()) {
            script.add(script.attach(wanted.name(), sources.take(wanted.bind().get()), target));
        } else {
            newFileSystem(wanted.name(), "cgroup2", "cgroup", wanted.options(), List.of(), other);
            script.add(script.attach(wanted.name(), other, target));
        }
        script.close(target);
    }

    private void attachCgroups(Wanted wanted) {
        String name = wanted.name();
        MountOptions options = wanted.options();
        targets.open(wanted.mount().destination(), true, target);
        newFileSystem(name, "tmpfs", "tmpfs", options.without(MountAttribute.READ_ONLY), List.of("mode=755"), other);
        script.add(script.attach(name, other, target));
        wanted.cgroups().forEach((hierarchy, slot) -> {
            String each = name + "/" + hierarchy;
            script.call("make " + each, SyscallNumber.MKDIRAT, other, hierarchy, 0755);
            sources.take(slot);
            script.add(script.attach(each, tree, other, hierarchy));
        });
        cgroup.links()
                .forEach((controller, hierarchy) ->
                        script.call("link " + controller, SyscallNumber.SYMLINKAT, hierarchy, other, controller));
        if (options.readOnly()) {
            readOnly(name, other);
        }
    }

    private void attachFileSystem(Wanted wanted) {
        OciMount mount = wanted.mount();
        MountOptions options = wanted.options();
        String name = wanted.name();
        String type = mount.type() == null ? "" : mount.type();
        boolean isTmpfs = type.equals("tmpfs");
        openTarget(wanted, type);
        Register made = registerFor(mount, type);
        MountOptions now = isTmpfs ? options.without(MountAttribute.READ_ONLY) : options;
        newFileSystem(name, type, mount.source(), now, options.data(), made);
        if (isTmpfs && !options.mentions("mode=")) {
            keepMode(name, made);
        }
        script.add(script.attach(name, made, target));
        options.propagation()
                .ifPresent(propagation ->
                        script.add(script.attributes(name, made, 0, 0, propagation.bit(), options.propagatesTree())));
        if (dev.filter(made::equals).isPresent()) {
            new DeviceNodes(script, made).standard();
        }
        if (isTmpfs && options.readOnly()) {
            readOnlyLate.add(sources.keep(made));
        }
        script.close(target);
    }

    private void openTarget(Wanted wanted, String type) {
        String destination = wanted.mount().destination();
        List<String> names = Targets.components(destination);
        if (type.equals("proc") || type.equals("sysfs")) {
            targets.openPlain(destination, target);
        } else if (dev.isPresent() && names.size() == 2 && names.getFirst().equals("dev")) {
            new Targets(script, dev.get()).open(names.get(1), true, target);
        } else {
            targets.open(destination, true, target);
            targets.refuseProc(wanted.name(), target);
        }
    }

    /** The file systems that later steps work in keep a register each; the others share one. */
    private Register registerFor(OciMount mount, String type) {
        String place = Targets.clean(mount.destination());
        return switch (type + " " + place) {
            case "proc /proc" -> (proc = Optional.of(script.plan().register())).get();
            case "sysfs /sys" -> (sys = Optional.of(script.plan().register())).get();
            case "tmpfs /dev" -> (dev = Optional.of(script.plan().register())).get();
            case "devpts /dev/pts" -> (pts = Optional.of(script.plan().register())).get();
            default -> tree;
        };
    }

    private void newFileSystem(
            String name, String type, @Nullable String source, MountOptions options, List<String> data, Register out) {
        script.add(script.step(name, SyscallNumber.FSOPEN, type, Abi.FSOPEN_CLOEXEC)
                .into(context));
        if (source != null && !source.isEmpty()) {
            configure(name, "source=" + source);
        }
        data.forEach(option -> configure(name, option));
        script.call(name, SyscallNumber.FSCONFIG, context, Abi.FSCONFIG_CMD_CREATE, 0, 0, 0);
        script.add(script.step(name, SyscallNumber.FSMOUNT, context, Abi.FSMOUNT_CLOEXEC, options.set())
                .into(out));
        script.close(context);
    }

    private void configure(String name, String option) {
        int equals = option.indexOf('=');
        String what = name + " (" + option + ")";
        if (equals < 0) {
            script.call(what, SyscallNumber.FSCONFIG, context, Abi.FSCONFIG_SET_FLAG, option, 0, 0);
        } else {
            String key = option.substring(0, equals);
            String value = option.substring(equals + 1);
            script.call(what, SyscallNumber.FSCONFIG, context, Abi.FSCONFIG_SET_STRING, key, value, 0);
        }
    }

    /** A tmpfs over a directory of the image keeps its mode, so that /tmp stays everybody's. */
    private void keepMode(String name, Register made) {
        DataRef status = script.plan().reserve(Abi.STATX_SIZE);
        Register mode = context; // free between two file systems
        script.add(script.status(name, target, status));
        script.add(Step.load(status.part(Abi.STATX_MODE_AT, Short.BYTES), mode));
        script.call(name, SyscallNumber.FCHMODAT, made, ".", mode);
    }
}
