package jdocker.kernel;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** {@link Namespaces} by the running kernel. */
final class LinuxNamespaces implements Namespaces {
    private static final int CLONE_FS = 0x200;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SIOCGIFFLAGS = 0x8913;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final int IFF_UP = 1;
    private static final int IFREQ = 40;
    private static final int IFREQ_FLAGS = 16;
    private static final Set<NamespaceKind> NETWORK = EnumSet.of(NamespaceKind.NETWORK);

    private final Calls calls;
    private final FileCalls files;
    private final Mounts mounts;

    LinuxNamespaces(Calls calls) {
        this.calls = calls;
        this.files = new LinuxFiles(calls);
        this.mounts = new LinuxMounts(calls);
    }

    @Override
    public Fd open(long pid, NamespaceKind kind) {
        return files.open("/proc/" + pid + "/ns/" + kind.fileName(), OpenFlag.READ_ONLY);
    }

    @Override
    public Fd current(NamespaceKind kind) {
        return files.open("/proc/thread-self/ns/" + kind.fileName(), OpenFlag.READ_ONLY);
    }

    @Override
    public void unshare(Set<NamespaceKind> kinds) {
        long flags = 0;
        for (NamespaceKind kind : kinds) {
            flags |= kind.flag();
        }
        check(SyscallNumber.UNSHARE, calls.call(SyscallNumber.UNSHARE, flags), kinds.toString());
    }

    @Override
    public void enter(Fd namespace, NamespaceKind kind) {
        if (kind == NamespaceKind.MOUNT) {
            // The threads of a JVM share one root and working directory; setns refuses to change it for all.
            unshareDirectory();
        }
        long rc = calls.call(SyscallNumber.SETNS, namespace.number(), kind.flag());
        check(SyscallNumber.SETNS, rc, kind + ", fd " + namespace);
    }

    @Override
    public Fd newNetworkNamespace() {
        return onThrowAwayThread(() -> {
            unshare(NETWORK);
            raiseLoopback();
            return current(NamespaceKind.NETWORK);
        });
    }

    private void raiseLoopback() {
        long number = calls.call(SyscallNumber.SOCKET, AF_INET, SOCK_DGRAM | OpenFlag.CLOSE_ON_EXEC.bits(), 0);
        check(SyscallNumber.SOCKET, number, "AF_INET");
        try (Fd socket = new Fd((int) number);
                Scratch s = calls.scratch()) {
            int request = s.struct(IFREQ);
            s.putByte(request, 'l').putByte(request + 1, 'o');
            long rc = calls.call(SyscallNumber.IOCTL, socket.number(), SIOCGIFFLAGS, s.address(request));
            check(SyscallNumber.IOCTL, rc, "SIOCGIFFLAGS of lo");
            s.putShort(request + IFREQ_FLAGS, s.getShort(request + IFREQ_FLAGS) | IFF_UP);
            rc = calls.call(SyscallNumber.IOCTL, socket.number(), SIOCSIFFLAGS, s.address(request));
            check(SyscallNumber.IOCTL, rc, "SIOCSIFFLAGS of lo");
        }
    }

    @Override
    public void bind(Fd namespace, String path) {
        int flags = OpenFlag.of(OpenFlag.CREATE, OpenFlag.EXCLUSIVE, OpenFlag.READ_ONLY);
        files.open(null, path, flags, 0400).close();
        try {
            mounts.mount(Mount.bind("/proc/self/fd/" + namespace.number(), path));
        } catch (SyscallException e) {
            files.unlink(null, path);
            throw e;
        }
    }

    @Override
    public <T> T onThrowAwayThread(Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        Thread.ofPlatform().name("throw-away").daemon().start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true; // the work is short, and its result would be lost: wait on
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void inDirectory(Fd directory, Runnable work) {
        onThrowAwayThread(() -> {
            unshareDirectory();
            check(SyscallNumber.FCHDIR, calls.call(SyscallNumber.FCHDIR, directory.number()), "fd " + directory);
            work.run();
            return true;
        });
    }

    private void unshareDirectory() {
        check(SyscallNumber.UNSHARE, calls.call(SyscallNumber.UNSHARE, CLONE_FS), "CLONE_FS");
    }

    private static void check(SyscallNumber call, long result, String arguments) {
        if (result < 0) {
            throw SyscallException.of(call, result, arguments);
        }
    }
}
