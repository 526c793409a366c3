package jdocker.daemon.container;

import java.util.List;

/**
 * Who a process is to be, in numbers.
 *
 * @param groups the supplementary groups
 * @param home directory for {@code HOME}
 */
public record ProcessUser(long uid, long gid, List<Long> groups, String home) {
    public ProcessUser {
        groups = List.copyOf(groups);
    }
}
