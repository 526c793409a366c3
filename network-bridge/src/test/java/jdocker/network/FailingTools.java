package jdocker.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The host's iptables and ip6tables, which can be told to fail for a while. They go on telling what there is. */
final class FailingTools {
    private final Path directory;
    private final Path broken;

    FailingTools(Path root) throws IOException {
        directory = Files.createDirectories(root.resolve("failing"));
        broken = directory.resolve("broken");
        for (String name : new String[] {"iptables", "ip6tables"}) {
            tool(name + "-restore", "[ $# -eq 1 ] || ! [ -e " + broken
                    + " ] || { echo 'Resource temporarily unavailable' >&2; exit 4; }\n");
            tool(name + "-save", "");
        }
    }

    private void tool(String name, String first) throws IOException {
        Path tool = Files.writeString(
                directory.resolve(name), "#!/bin/sh\n" + first + "exec /usr/sbin/" + name + " \"$@\"\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    }

    KernelNetworks.Names names() {
        return new KernelNetworks.Names(
                directory.resolve("iptables").toString(),
                directory.resolve("ip6tables").toString());
    }

    /** From now on every change is refused. */
    void fail() {
        try {
            Files.writeString(broken, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void work() {
        try {
            Files.delete(broken);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
