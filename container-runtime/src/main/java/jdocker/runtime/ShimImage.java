package jdocker.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileData;
import jdocker.kernel.Kernel;
import jdocker.kernel.MemfdFlag;
import jdocker.kernel.MountAttribute;
import jdocker.kernel.Mounts.MountChange;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Seal;
import jdocker.kernel.SyscallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shim's program in a form that no container can change: what runs as a container's first process is, until its execve,
 * this file, and a container that could write to it would own the host (CVE-2019-5736).
 */
public final class ShimImage implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ShimImage.class);

    private final Fd executable;

    private ShimImage(Fd executable) {
        this.executable = executable;
    }

    /**
     * Reads the program, once per daemon.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public static ShimImage load(Kernel kernel, Path program) {
        byte[] content = read(program);
        try {
            return new ShimImage(sealedCopy(kernel.data(), content));
        } catch (SyscallException e) {
            // vm.memfd_noexec=2 forbids it.
            log.info(
                    "no executable memory file ({}); the shim runs from a read-only bind of {}",
                    e.getMessage(),
                    program);
            return new ShimImage(readOnlyBind(kernel, program));
        }
    }

    Fd executable() {
        return executable;
    }

    @Override
    public void close() {
        executable.close();
    }

    private static byte[] read(Path program) {
        try {
            return Files.readAllBytes(program);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the shim " + program, e);
        }
    }

    private static Fd sealedCopy(FileData data, byte[] content) {
        return sealed(data, executableMemfd(data), content);
    }

    /** Fills a memory file and lets nobody change it again; closes it when that fails. */
    static Fd sealed(FileData data, Fd memfd, byte[] content) {
        try {
            data.write(memfd, content);
            data.seal(memfd, Seal.WRITE, Seal.GROW, Seal.SHRINK, Seal.SEAL);
            return memfd;
        } catch (RuntimeException e) {
            memfd.close();
            throw e;
        }
    }

    private static Fd executableMemfd(FileData data) {
        try {
            return data.memfd("jdocker-shim", MemfdFlag.ALLOW_SEALING, MemfdFlag.EXEC);
        } catch (SyscallException e) {
            if (!e.is(Errno.EINVAL)) {
                throw e;
            }
            // Before Linux 6.3 every memory file is executable, and the flag unknown.
            return data.memfd("jdocker-shim", MemfdFlag.ALLOW_SEALING);
        }
    }

    /** A mount of its own, so that it is read-only however the host's directory is mounted; it lasts as long as the descriptor. */
    private static Fd readOnlyBind(Kernel kernel, Path program) {
        byte[] path = program.toString().getBytes(StandardCharsets.UTF_8);
        try (Fd mount = kernel.mounts().cloneTree(null, path, false)) {
            kernel.mounts().setAttributes(mount, MountChange.set(MountAttribute.READ_ONLY), false);
            return kernel.files().open("/proc/self/fd/" + mount.number(), OpenFlag.READ_ONLY, OpenFlag.CLOSE_ON_EXEC);
        }
    }
}
