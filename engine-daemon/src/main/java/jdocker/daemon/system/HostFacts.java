package jdocker.daemon.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the machine is. Read once, at the first question. */
record HostFacts(
        String kernel,
        String system,
        String systemVersion,
        String name,
        String architecture,
        int processors,
        long memory) {

    /** @param root where {@code /proc}, {@code /sys} and {@code /etc} are found */
    static HostFacts read(Path root) {
        return new HostFacts(
                line(root.resolve("proc/sys/kernel/osrelease")),
                release(root, "PRETTY_NAME", "Linux"),
                release(root, "VERSION_ID", ""),
                line(root.resolve("proc/sys/kernel/hostname")),
                architecture(System.getProperty("os.arch", "")),
                Runtime.getRuntime().availableProcessors(),
                memory(root));
    }

    /** In Docker's words for images: {@code amd64}. */
    String goArchitecture() {
        return switch (architecture) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> architecture;
        };
    }

    private static String architecture(String java) {
        return java.equals("amd64") ? "x86_64" : java;
    }

    private static String line(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? "" : lines.getFirst().strip();
    }

    private static String release(Path root, String key, String otherwise) {
        return Stream.of("etc/os-release", "usr/lib/os-release")
                .flatMap(file -> lines(root.resolve(file)).stream())
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1).replace("\"", ""))
                .findFirst()
                .orElse(otherwise);
    }

    private static long memory(Path root) {
        return lines(root.resolve("proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
                .findFirst()
                .orElse(0);
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
