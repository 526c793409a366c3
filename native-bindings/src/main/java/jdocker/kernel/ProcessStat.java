package jdocker.kernel;

/**
 * The part of /proc/PID/stat that identifies a process.
 *
 * @param state R, S, D, T, Z and so on
 * @param startTime in clock ticks since boot; with the pid and the boot id it names one process for ever
 */
public record ProcessStat(long pid, char state, long parent, long startTime) {
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int START_TIME = 19;

    /** Ended, but its parent has not asked how. */
    public boolean isZombie() {
        return state == 'Z' || state == 'X';
    }

    /** The name in parentheses may itself have parentheses, blanks and newlines; the last one closes it. */
    static ProcessStat parse(String stat) {
        int name = stat.lastIndexOf(')');
        String[] fields = stat.substring(name + 2).strip().split(" ");
        long pid = Long.parseLong(stat.substring(0, stat.indexOf(' ')));
        return new ProcessStat(
                pid, fields[STATE].charAt(0), Long.parseLong(fields[PARENT]), Long.parseLong(fields[START_TIME]));
    }
}
