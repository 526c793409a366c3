package jdocker.runtime;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** A root directory with the host's static busybox under the names that tests use. */
final class BusyboxRoot {
    private static final List<String> NAMES = List.of(
            "sh",
            "cat",
            "ls",
            "id",
            "echo",
            "grep",
            "stat",
            "readlink",
            "sleep",
            "true",
            "touch",
            "mount",
            "ip",
            "env",
            "pwd",
            "tty",
            "stty",
            "ps",
            "kill",
            "test",
            "find",
            "od",
            "head",
            "mkdir",
            "sort",
            "tr",
            "hostname",
            "wc",
            "mknod",
            "rm",
            "ln",
            "umount",
            "dd",
            "chmod",
            "su",
            "cut");

    private BusyboxRoot() {}

    static Path in(Path directory) throws IOException {
        Optional<Path> busybox = List.of("/bin/busybox", "/usr/bin/busybox").stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(busybox.isPresent(), "needs a static busybox: apt-get install busybox-static");
        Path root = Files.createDirectories(directory.resolve("root"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String name : List.of("bin", "proc", "sys", "dev", "etc", "tmp", "root", "home")) {
            Files.createDirectories(root.resolve(name));
        }
        Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(root.resolve("root"), PosixFilePermissions.fromString("rwx------"));
        Files.copy(busybox.get(), root.resolve("bin/busybox"));
        for (String name : NAMES) {
            Files.createSymbolicLink(root.resolve("bin").resolve(name), Path.of("busybox"));
        }
        return root;
    }
}
