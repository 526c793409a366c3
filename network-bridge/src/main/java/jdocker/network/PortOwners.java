package jdocker.network;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which processes have a port, as /proc tells: sockets with their inodes, then who holds those. Slow; for errors only. */
final class PortOwners {
    private static final String LISTENING = "0A";

    private PortOwners() {}

    /** {@code process nginx (pid 12)}; something vaguer where nobody shows. */
    static String of(Protocol protocol, int port) {
        Set<String> inodes = new HashSet<>();
        for (String file : List.of(protocol.label(), protocol.label() + "6")) {
            inodes.addAll(inodes(Path.of("/proc/thread-self/net", file), protocol, port));
        }
        return holder(inodes).orElse("a process that does not show in /proc");
    }

    private static List<String> inodes(Path table, Protocol protocol, int port) {
        String wanted = ":" + String.format(Locale.ROOT, "%04X", port);
        List<String> inodes = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(table)) {
                String[] words = line.strip().split("\\s+");
                if (words.length > 9
                        && words[1].endsWith(wanted)
                        && (protocol == Protocol.UDP || words[3].equals(LISTENING))) {
                    inodes.add("socket:[" + words[9] + "]");
                }
            }
        } catch (IOException e) {
            return List.of(); // no such protocol here
        }
        return inodes;
    }

    private static Optional<String> holder(Set<String> inodes) {
        if (inodes.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, inodes)) {
                    String name = Files.readString(process.resolve("comm")).strip();
                    return Optional.of("process " + name + " (pid " + process.getFileName() + ")");
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, Set<String> inodes) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (inodes.contains(target(descriptor))) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
        return false;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
