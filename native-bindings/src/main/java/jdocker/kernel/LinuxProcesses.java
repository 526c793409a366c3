package jdocker.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@link Processes} by the running kernel. */
final class LinuxProcesses implements Processes {
    private static final int P_PIDFD = 3;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;
    private static final int SI_CODE = 8;
    private static final int SI_PID = 16;
    private static final int SI_STATUS = 24;
    private static final int SIGINFO = 128;

    private final Calls calls;
    private final Spawn spawn;
    private final FileCalls files;
    private final FileData data;

    LinuxProcesses(Calls calls) {
        this.calls = calls;
        this.spawn = new Spawn(calls);
        this.files = new LinuxFiles(calls);
        this.data = new LinuxFileData(calls);
    }

    @Override
    public long spawn(SpawnRequest request) {
        return spawn.spawn(request);
    }

    @Override
    public Fd pidfdOpen(long pid) {
        long fd = calls.call(SyscallNumber.PIDFD_OPEN, pid, 0);
        check(SyscallNumber.PIDFD_OPEN, fd, "pid " + pid);
        return new Fd((int) fd);
    }

    @Override
    public Optional<Fd> pidfdOpenIfPresent(long pid) {
        long fd = calls.call(SyscallNumber.PIDFD_OPEN, pid, 0);
        return present(SyscallNumber.PIDFD_OPEN, fd, "pid " + pid) ? Optional.of(new Fd((int) fd)) : Optional.empty();
    }

    @Override
    public boolean signal(Fd pidfd, int signal) {
        long rc = calls.call(SyscallNumber.PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0, 0);
        return present(SyscallNumber.PIDFD_SEND_SIGNAL, rc, "fd " + pidfd + ", signal " + signal);
    }

    @Override
    public boolean signal(long pid, int signal) {
        if (pid <= 0) {
            throw new IllegalArgumentException("not one process: " + pid); // 0, -1 and -N would be whole groups
        }
        long rc = calls.call(SyscallNumber.KILL, pid, signal);
        return present(SyscallNumber.KILL, rc, "pid " + pid + ", signal " + signal);
    }

    @Override
    public Fd copyDescriptor(Fd pidfd, int number) {
        long fd = calls.call(SyscallNumber.PIDFD_GETFD, pidfd.number(), number, 0);
        check(SyscallNumber.PIDFD_GETFD, fd, "fd " + pidfd + ", its fd " + number);
        return new Fd((int) fd);
    }

    @Override
    public ExitStatus waitFor(Fd pidfd) {
        return waitId(pidfd, WEXITED).orElseThrow();
    }

    @Override
    public Optional<ExitStatus> tryWait(Fd pidfd) {
        return waitId(pidfd, WEXITED | WNOHANG);
    }

    private Optional<ExitStatus> waitId(Fd pidfd, int options) {
        try (Scratch s = calls.scratch()) {
            int info = s.struct(SIGINFO);
            long rc = calls.call(SyscallNumber.WAITID, P_PIDFD, pidfd.number(), s.address(info), options, 0);
            check(SyscallNumber.WAITID, rc, "pidfd " + pidfd);
            if (s.getInt(info + SI_PID) == 0) {
                return Optional.empty();
            }
            int code = s.getInt(info + SI_CODE);
            int status = s.getInt(info + SI_STATUS);
            boolean exited = code == CLD_EXITED;
            return Optional.of(new ExitStatus(exited ? status : 0, exited ? 0 : status, code == CLD_DUMPED));
        }
    }

    @Override
    public Optional<ProcessStat> stat(long pid) {
        try {
            return Optional.of(ProcessStat.parse(read("/proc/" + pid + "/stat")));
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ESRCH)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public String bootId() {
        return read("/proc/sys/kernel/random/boot_id").strip();
    }

    private String read(String path) {
        try (Fd file = files.open(path, OpenFlag.READ_ONLY)) {
            return new String(data.readAll(file, 4096), StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public ResourceLimit.Range limit(long pid, ResourceLimit limit) {
        try (Scratch s = calls.scratch()) {
            int old = s.room(16);
            long rc = calls.call(SyscallNumber.PRLIMIT64, pid, limit.number(), 0, s.address(old));
            check(SyscallNumber.PRLIMIT64, rc, "pid " + pid + ", " + limit);
            return new ResourceLimit.Range(s.getLong(old), s.getLong(old + 8));
        }
    }

    @Override
    public void setLimit(long pid, ResourceLimit limit, ResourceLimit.Range range) {
        try (Scratch s = calls.scratch()) {
            int wanted = s.room(16);
            s.putLong(wanted, range.soft()).putLong(wanted + 8, range.hard());
            long rc = calls.call(SyscallNumber.PRLIMIT64, pid, limit.number(), s.address(wanted), 0);
            check(SyscallNumber.PRLIMIT64, rc, "pid " + pid + ", " + limit + " " + range);
        }
    }

    private static boolean present(SyscallNumber call, long result, String arguments) {
        if (result == -Errno.ESRCH.number()) {
            return false;
        }
        check(call, result, arguments);
        return true;
    }

    private static void check(SyscallNumber call, long result, String arguments) {
        if (result < 0) {
            throw SyscallException.of(call, result, arguments);
        }
    }
}
