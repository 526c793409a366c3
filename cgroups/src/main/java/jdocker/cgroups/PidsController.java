package jdocker.cgroups;

/** {@code pids}: Documentation/admin-guide/cgroup-v1/pids.rst. */
final class PidsController {
    private PidsController() {}

    /** Zero and less mean no limit. */
    static void apply(Controller pids, long limit) {
        pids.write("pids.max", limit > 0 ? Long.toString(limit) : "max");
    }

    static CgroupStats.Pids stats(Controller pids) {
        return new CgroupStats.Pids(pids.readNumber("pids.current"), pids.readNumber("pids.max"));
    }
}
