package jdocker.kernel;

/** {@link ProcessControl} by the running kernel; numbers of linux/prctl.h. */
final class LinuxProcessControl implements ProcessControl {
    private static final int PR_GET_DUMPABLE = 3;
    private static final int PR_SET_DUMPABLE = 4;
    private static final int PR_CAPBSET_READ = 23;
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int PR_GET_CHILD_SUBREAPER = 37;

    private final Calls calls;

    LinuxProcessControl(Calls calls) {
        this.calls = calls;
    }

    @Override
    public void dumpable(boolean dumpable) {
        prctl("PR_SET_DUMPABLE", PR_SET_DUMPABLE, dumpable ? 1 : 0);
    }

    @Override
    public boolean isDumpable() {
        return prctl("PR_GET_DUMPABLE", PR_GET_DUMPABLE, 0) == 1;
    }

    @Override
    public void childSubreaper(boolean subreaper) {
        prctl("PR_SET_CHILD_SUBREAPER", PR_SET_CHILD_SUBREAPER, subreaper ? 1 : 0);
    }

    @Override
    public boolean isChildSubreaper() {
        try (Scratch s = calls.scratch()) {
            int answer = s.struct(8);
            prctl("PR_GET_CHILD_SUBREAPER", PR_GET_CHILD_SUBREAPER, s.address(answer));
            return s.getInt(answer) != 0;
        }
    }

    @Override
    public int lastCapability() {
        int capability = 0;
        while (calls.call(SyscallNumber.PRCTL, PR_CAPBSET_READ, capability + 1L, 0, 0, 0) >= 0) {
            capability++;
        }
        return capability;
    }

    private long prctl(String name, int option, long argument) {
        long rc = calls.call(SyscallNumber.PRCTL, option, argument, 0, 0, 0);
        if (rc < 0) {
            throw SyscallException.of(SyscallNumber.PRCTL, rc, name + ", " + argument);
        }
        return rc;
    }
}
