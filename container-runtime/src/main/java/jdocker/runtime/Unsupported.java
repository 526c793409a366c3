package jdocker.runtime;

import java.util.ArrayList;
import java.util.List;
import jdocker.oci.Hooks;
import jdocker.oci.Linux;
import jdocker.oci.OciMount;
import jdocker.oci.OciProcess;
import jdocker.oci.RuntimeSpec;
import org.jspecify.annotations.Nullable;

/** What a specification may ask for and is not done: said before the start, because a container without it would be another. */
final class Unsupported {
    private final List<String> found = new ArrayList<>();

    private Unsupported() {}

    /**
     * Checks everything at once.
     *
     * @throws IllegalArgumentException naming all that is not supported
     */
    static void refuse(RuntimeSpec spec) {
        var unsupported = new Unsupported();
        if (spec.process() != null) {
            unsupported.inProcess(spec.process());
        }
        if (spec.linux() != null) {
            unsupported.inLinux(spec.linux());
        }
        unsupported.inHooks(spec.hooks());
        for (OciMount mount : spec.mounts()) {
            unsupported.unless(
                    mount.uidMappings().isEmpty() && mount.gidMappings().isEmpty(), "id-mapped mounts");
        }
        if (!unsupported.found.isEmpty()) {
            throw new IllegalArgumentException("not supported: " + String.join(", ", unsupported.found));
        }
    }

    private void inProcess(OciProcess process) {
        unless(process.selinuxLabel() == null || process.selinuxLabel().isEmpty(), "SELinux labels");
        unless(process.scheduler() == null, "a scheduler");
        unless(process.ioPriority() == null, "an I/O priority");
        unless(process.execCpuAffinity() == null, "a CPU affinity");
        unless(
                process.capabilities() == null
                        || process.capabilities().ambient().isEmpty(),
                "ambient capabilities");
    }

    private void inLinux(Linux linux) {
        unless(linux.uidMappings().isEmpty() && linux.gidMappings().isEmpty(), "user namespaces");
        unless(linux.personality() == null, "a personality");
        unless(linux.intelRdt() == null, "Intel RDT");
        unless(linux.timeOffsets().isEmpty(), "time offsets");
        unless(linux.netDevices().isEmpty(), "network devices");
        unless(linux.resources() == null || linux.resources().rdma().isEmpty(), "limits of RDMA");
        unless(linux.resources() == null || linux.resources().network() == null, "network classes");
        unless(linux.mountLabel() == null || linux.mountLabel().isEmpty(), "mount labels");
        unless(linux.seccomp() == null || linux.seccomp().listenerPath() == null, "a seccomp listener");
    }

    private void inHooks(@Nullable Hooks hooks) {
        unless(
                hooks == null
                        || hooks.prestart().isEmpty()
                                && hooks.createRuntime().isEmpty()
                                && hooks.createContainer().isEmpty()
                                && hooks.startContainer().isEmpty()
                                && hooks.poststart().isEmpty()
                                && hooks.poststop().isEmpty(),
                "hooks");
    }

    private void unless(boolean fine, String what) {
        if (!fine && !found.contains(what)) {
            found.add(what);
        }
    }
}
