package jdocker.storage;

import java.util.List;

/**
 * Who a process is to be, in numbers.
 *
 * @param groups the supplementary groups, which always hold the primary one: a process that lacks it could lose its
 *     group by {@code setgid} and escape rules that deny that group
 * @param home from the passwd file, {@code /} for those who have no line there
 * @param name from the passwd file; empty for those who have no line there
 */
public record UserIdentity(long uid, long gid, List<Long> groups, String home, String name) {
    public UserIdentity {
        groups = List.copyOf(groups);
    }
}
