package jdocker.cgroups;

import java.util.Map;

/** systemd, as far as it makes cgroups for others: org.freedesktop.systemd1(5). Failures are {@link CgroupException}s. */
interface ScopeManager {
    /** Connects, if there is no connection yet; a first one takes a while. */
    void connect();

    /**
     * Starts a transient scope with this process in it, in place of one of the same name that has failed.
     *
     * @param unit such as {@code docker-<id>.scope}
     * @param slice such as {@code system.slice}; made when missing
     */
    void start(String unit, String slice, String description, long pid);

    /**
     * Has a scope gone, which does not go by itself when its cgroup was removed before systemd saw that it was empty.
     * Nothing happens when there is none.
     */
    void stop(String unit);

    /**
     * Changes properties until the next reboot, so that systemd does not put back what it thinks right.
     *
     * @param properties systemd's names; values are {@link Long} (of 64 bits without sign) or {@code byte[]}
     */
    void set(String unit, Map<String, Object> properties);
}
