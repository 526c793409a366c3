package jdocker.runtime;

/** Docker's default AppArmor profile, rule by rule, so that a container may do here what it may there. */
final class DefaultProfile {
    private static final String RULES = """
          network,
          # System calls of the kernel's crypto interface have been a way out of containers.
          deny network alg,
          capability,
          file,
          umount,

          # Whoever runs containers may end their processes.
          signal (receive) peer=unconfined,
          signal (receive) peer=runc,
          signal (receive) peer=crun,
          signal (receive) peer=DAEMON,
          signal (send,receive) peer=docker-default,

          deny @{PROC}/* w,
          deny @{PROC}/{[^1-9],[^1-9][^0-9],[^1-9s][^0-9y][^0-9s],[^1-9][^0-9][^0-9][^0-9/]*}/** w,
          deny @{PROC}/sys/[^k]** w,
          deny @{PROC}/sys/kernel/{?,??,[^s][^h][^m]**} w,
          deny @{PROC}/sysrq-trigger rwklx,
          deny @{PROC}/kcore rwklx,

          deny mount,

          deny /sys/[^f]*/** wklx,
          deny /sys/f[^s]*/** wklx,
          deny /sys/fs/[^c]*/** wklx,
          deny /sys/fs/c[^g]*/** wklx,
          deny /sys/fs/cg[^r]*/** wklx,
          deny /sys/firmware/** rwklx,
          deny /sys/devices/virtual/powercap/** rwklx,
          deny /sys/kernel/security/** rwklx,

          # For ps, in the container and on the host.
          ptrace (trace,read,tracedby,readby) peer=docker-default,
        """;

    private DefaultProfile() {}

    /**
     * The profile's source.
     *
     * @param daemon what this daemon runs under
     * @param tunables whether the distribution's definitions can be included; else the one in use is made
     * @param base whether the distribution's rules for every program can be
     */
    static String of(String daemon, boolean tunables, boolean base) {
        return (tunables ? "#include <tunables/global>\n" : "@{PROC}=/proc/\n")
                + "\nprofile docker-default flags=(attach_disconnected,mediate_deleted) {\n"
                + (base ? "  #include <abstractions/base>\n\n" : "")
                + RULES.replace("peer=DAEMON", "peer=" + quoted(daemon))
                + "}\n";
    }

    private static String quoted(String label) {
        return label.matches("[A-Za-z0-9_./-]+") ? label : "\"" + label.replace("\"", "") + "\"";
    }
}
