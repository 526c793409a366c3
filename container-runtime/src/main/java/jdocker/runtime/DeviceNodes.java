package jdocker.runtime;

import java.util.List;
import java.util.Objects;
import jdocker.kernel.Errno;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallNumber;
import jdocker.oci.LinuxDevice;

/**
 * Fills {@code /dev}. The nodes are made on the mount itself, through its descriptor: what the image has in its place is
 * never looked at, and {@code null} made here is the one that masks and standard input use.
 */
final class DeviceNodes {
    private static final int ALL_MAY = 0666;
    private static final int OWNER_MAY = 0600;
    private static final int MODE_MASK = 07777;
    private static final int DIRECTORY_MODE = 0755;

    private record Node(String name, int major, int minor) {}

    private static final List<Node> NODES = List.of(
            new Node("null", 1, 3),
            new Node("zero", 1, 5),
            new Node("full", 1, 7),
            new Node("random", 1, 8),
            new Node("urandom", 1, 9),
            new Node("tty", 5, 0));

    private record Link(String name, String target) {}

    private static final List<Link> LINKS = List.of(
            new Link("fd", "/proc/self/fd"),
            new Link("stdin", "/proc/self/fd/0"),
            new Link("stdout", "/proc/self/fd/1"),
            new Link("stderr", "/proc/self/fd/2"),
            new Link("core", "/proc/kcore"),
            new Link("ptmx", "pts/ptmx"));

    private final Script script;
    private final Register dev;

    DeviceNodes(Script script, Register dev) {
        this.script = script;
        this.dev = dev;
    }

    /** What every container has. */
    void standard() {
        for (Node node : NODES) {
            make(dev, node.name(), Abi.S_IFCHR | ALL_MAY, Abi.device(node.major(), node.minor()));
        }
        for (Link link : LINKS) {
            script.call("link /dev/" + link.name(), SyscallNumber.SYMLINKAT, link.target(), dev, link.name());
        }
    }

    /** What the user asked for, below {@code /dev} or elsewhere. */
    void extra(List<LinuxDevice> devices, Register root, Register scratch) {
        for (LinuxDevice device : devices) {
            List<String> names = Targets.components(device.path());
            if (names.isEmpty()) {
                throw new IllegalArgumentException("device " + device.path() + " has no name");
            }
            boolean below = names.size() > 1 && names.getFirst().equals("dev");
            Register start = below ? dev : root;
            Register parent = parent(start, names.subList(below ? 1 : 0, names.size() - 1), scratch);
            String name = names.getLast();
            int mode = device.fileMode() == null ? ALL_MAY : device.fileMode() & MODE_MASK;
            make(parent, name, typeOf(device) | mode, Abi.device(device.major(), device.minor()));
            long uid = Objects.requireNonNullElse(device.uid(), 0L);
            long gid = Objects.requireNonNullElse(device.gid(), 0L);
            if (uid != 0 || gid != 0) {
                int nofollow = 0x100; // AT_SYMLINK_NOFOLLOW
                script.call("chown " + device.path(), SyscallNumber.FCHOWNAT, parent, name, uid, gid, nofollow);
            }
        }
    }

    /** An empty file on which the terminal is bound. */
    void consolePlace() {
        make(dev, "console", Abi.S_IFREG | OWNER_MAY, 0);
    }

    private Register parent(Register start, List<String> names, Register scratch) {
        Register parent = start;
        for (String component : names) {
            script.add(
                    script.step("make directory " + component, SyscallNumber.MKDIRAT, parent, component, DIRECTORY_MODE)
                            .tolerating(Errno.EEXIST));
            script.add(script.open(
                            "open directory " + component,
                            parent,
                            component,
                            Abi.O_PATH | OpenFlag.DIRECTORY.bits(),
                            Resolve.NO_SYMLINKS)
                    .into(scratch));
            parent = scratch;
        }
        return parent;
    }

    private void make(Register directory, String name, int mode, long device) {
        script.add(script.step("make device " + name, SyscallNumber.MKNODAT, directory, name, mode, device)
                .tolerating(Errno.EEXIST));
    }

    private static int typeOf(LinuxDevice device) {
        return switch (device.type()) {
            case "c", "u" -> Abi.S_IFCHR;
            case "b" -> Abi.S_IFBLK;
            case "p" -> Abi.S_IFIFO;
            default -> throw new IllegalArgumentException("device " + device.path() + " has type " + device.type());
        };
    }
}
