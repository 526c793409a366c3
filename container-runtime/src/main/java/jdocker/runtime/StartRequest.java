package jdocker.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.oci.Linux;
import jdocker.oci.LinuxNamespace;
import jdocker.oci.RuntimeSpec;

/**
 * A container to be started. Its root is mounted; users and groups are numbers.
 *
 * @param runDir its directory below the exec root, for the shim's files; made if missing
 * @param init whether process 1 is ours and reaps, the command its child
 * @param unmountAtEnd what the shim unmounts when the container has ended, even if no daemon runs
 * @param held descriptors that the shim keeps open as long as the container runs, for the next daemon: sockets of its
 *     network namespace, reserved ports; the caller's own stay the caller's
 */
public record StartRequest(
        String id,
        RuntimeSpec spec,
        Path runDir,
        Streams streams,
        Optional<LogFile> log,
        boolean init,
        List<Path> unmountAtEnd,
        List<Fd> held) {
    public StartRequest {
        unmountAtEnd = List.copyOf(unmountAtEnd);
        held = List.copyOf(held);
    }

    /** One whose shim holds nothing. */
    public StartRequest(
            String id,
            RuntimeSpec spec,
            Path runDir,
            Streams streams,
            Optional<LogFile> log,
            boolean init,
            List<Path> unmountAtEnd) {
        this(id, spec, runDir, streams, log, init, unmountAtEnd, List.of());
    }

    /** The same with descriptors to hold. */
    public StartRequest holding(List<Fd> descriptors) {
        return new StartRequest(id, spec, runDir, streams, log, init, unmountAtEnd, descriptors);
    }

    /** The same with a network namespace that we hold, instead of one to be made. */
    StartRequest withNetwork(Fd namespace) {
        Linux linux = Objects.requireNonNull(spec.linux());
        String path = "/proc/" + ProcessHandle.current().pid() + "/fd/" + namespace.number();
        List<LinuxNamespace> namespaces = linux.namespaces().stream()
                .map(one -> one.type().equals(LinuxNamespace.NETWORK)
                        ? new LinuxNamespace(LinuxNamespace.NETWORK, path)
                        : one)
                .toList();
        return withSpec(spec.toBuilder()
                .linux(linux.toBuilder().namespaces(namespaces).build())
                .build());
    }

    StartRequest withSpec(RuntimeSpec changed) {
        return new StartRequest(id, changed, runDir, streams, log, init, unmountAtEnd, held);
    }
}
