package jdocker.runtime;

import java.util.List;
import jdocker.kernel.Errno;
import jdocker.kernel.SyscallNumber;
import jdocker.oci.OciProcess;

/**
 * Finds and executes the command by the rules of Go's LookPath, which Docker follows: a name with a slash is a path; any
 * other is looked for in {@code PATH}, where what cannot be executed is passed over.
 */
final class CommandSearch {
    static final String NOT_FOUND = "search ";
    static final String EXECUTE = "execute ";
    static final String RELATIVE = "relative ";

    private static final String PATH = "PATH=";
    private static final Errno[] PASSED_OVER = {Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES, Errno.ENAMETOOLONG};

    private final Script script;
    private final OciProcess process;
    private final DataRef argv;
    private final DataRef envp;

    CommandSearch(Script script, OciProcess process) {
        this.script = script;
        this.process = process;
        this.argv = script.plan().strings(process.args());
        this.envp = script.plan().strings(process.env());
    }

    void execute() {
        if (process.args().isEmpty()) {
            throw new IllegalArgumentException("no command specified");
        }
        String command = process.args().getFirst();
        if (command.contains("/")) {
            executePath(command);
        } else {
            searchFor(command);
        }
    }

    private void executePath(String command) {
        Label denied = script.label();
        script.add(execve(command).tolerating(denied, Errno.EACCES));
        script.place(denied);
        // A directory answers as a file without the permission does; people are told which it is.
        Label file = script.label();
        DataRef status = script.plan().reserve(Abi.STATX_SIZE);
        script.add(script.step(
                        EXECUTE + command, SyscallNumber.STATX, Abi.AT_FDCWD, command, 0, Abi.STATX_BASIC_STATS, status)
                .tolerating(file, Errno.EACCES));
        script.add(Step.skipIfNotEqual(
                status.part(Abi.STATX_MODE_AT, Short.BYTES), Abi.S_IFMT, Arg.of(Abi.S_IFDIR), file));
        script.add(Step.fail(EXECUTE + command, Errno.EISDIR));
        script.place(file);
        script.add(Step.fail(EXECUTE + command, Errno.EACCES));
    }

    private void searchFor(String command) {
        for (String directory : path()) {
            if (directory.startsWith("/")) {
                script.add(execve(directory + "/" + command).tolerating(PASSED_OVER));
            } else {
                refuseRelative(directory, command);
            }
        }
        script.add(Step.fail(NOT_FOUND + command, Errno.ENOENT));
    }

    // What lies in the working directory by chance is not executed.
    private void refuseRelative(String directory, String command) {
        Label absent = script.label();
        String path = directory.isEmpty() ? "./" + command : directory + "/" + command;
        int executable = 1; // X_OK
        script.add(script.step(
                        RELATIVE + command, SyscallNumber.FACCESSAT2, Abi.AT_FDCWD, path, executable, Abi.AT_EACCESS)
                .tolerating(absent, PASSED_OVER));
        script.add(Step.fail(RELATIVE + command, Errno.ENOENT));
        script.place(absent);
    }

    private Step execve(String path) {
        return script.step(EXECUTE + path, SyscallNumber.EXECVE, path, argv, envp);
    }

    // The last one counts, as for setenv.
    private List<String> path() {
        return process.env().reversed().stream()
                .filter(entry -> entry.startsWith(PATH) && entry.length() > PATH.length())
                .findFirst()
                .map(entry -> List.of(entry.substring(PATH.length()).split(":", -1)))
                .orElse(List.of());
    }
}
