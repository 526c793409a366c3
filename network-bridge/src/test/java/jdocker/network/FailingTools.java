package jdocker.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The host's iptables and ip6tables, which can be told to fail for a while. They go on telling what there is. */
final class FailingTools {
    private final Path directory;

    FailingTools(Path root) throws IOException {
        directory = Files.createDirectories(root.resolve("failing"));
        for (String name : new String[] {"iptables", "ip6tables"}) {
            tool(
                    name + "-restore",
                    "[ $# -eq 1 ] || ! [ -e " + broken(name)
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

    private Path broken(String name) {
        return directory.resolve("broken-" + name);
    }

    /** From now on every change is refused. */
    void fail() {
        fail("iptables");
        fail("ip6tables");
    }

    /** By one of them. */
    void fail(String name) {
        try {
            Files.writeString(broken(name), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void work() {
        try {
            Files.deleteIfExists(broken("iptables"));
            Files.deleteIfExists(broken("ip6tables"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
