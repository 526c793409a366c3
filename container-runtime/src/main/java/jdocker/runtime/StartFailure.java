package jdocker.runtime;

import jdocker.kernel.Errno;
import org.jspecify.annotations.Nullable;

/**
 * A process that could not be started, in words that a user understands and that clients of Docker look for: its command
 * line turns them into exit codes 126 and 127.
 */
public final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String step;
    private final Errno errno;
    private final String command;

    private StartFailure(String message, String step, Errno errno, String command, @Nullable LaunchFailure cause) {
        super(message, cause);
        this.step = step;
        this.errno = errno;
        this.command = command;
    }

    static StartFailure of(LaunchFailure failure, String command) {
        String step = failure.planned().map(Step::name).orElseGet(() -> failure.stage() + " step " + failure.step());
        return new StartFailure(explain(step, failure.errno(), command), step, failure.errno(), command, failure);
    }

    static StartFailure notRunning(RunningRef container, String command) {
        return new StartFailure(
                "the container's process " + container.pid() + " is not running",
                "look up process " + container.pid(),
                Errno.ESRCH,
                command,
                null);
    }

    /** What was attempted, such as {@code mount /src on /dst}. */
    public String step() {
        return step;
    }

    public Errno errno() {
        return errno;
    }

    /** The first word of the command. */
    public String command() {
        return command;
    }

    static String explain(String step, Errno errno, String command) {
        if (step.startsWith(CommandSearch.NOT_FOUND)) {
            return "exec: \"" + command + "\": executable file not found in $PATH";
        }
        if (step.startsWith(CommandSearch.RELATIVE)) {
            return "exec: \"" + command + "\": cannot run executable found relative to current directory";
        }
        if (step.startsWith(CommandSearch.EXECUTE)) {
            return explainExecve(step.substring(CommandSearch.EXECUTE.length()), errno, command);
        }
        if (step.startsWith(Credentials.ENTER)) {
            String directory = step.substring(Credentials.ENTER.length());
            return "chdir to cwd (\"" + directory + "\") set in config.json failed: " + errno.meaning();
        }
        int on = step.indexOf(" on ");
        if (step.startsWith(HostSources.MOUNT) && on > 0) {
            String source = step.substring(HostSources.MOUNT.length(), on);
            String target = step.substring(on + " on ".length());
            return "error mounting \"" + source + "\" to rootfs at \"" + target + "\": " + step + ": "
                    + errno.meaning();
        }
        return step + ": " + errno.meaning();
    }

    private static String explainExecve(String path, Errno errno, String command) {
        return switch (errno) {
            case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG ->
                "exec: \"" + command + "\": stat " + path + ": " + errno.meaning();
            case EACCES, EISDIR, EPERM -> "exec: \"" + command + "\": " + errno.meaning();
            default -> "exec " + path + ": " + errno.meaning();
        };
    }
}
