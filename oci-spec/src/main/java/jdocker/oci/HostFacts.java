package jdocker.oci;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the default specification depends on.
 *
 * @param architecture in the words of Go: {@code amd64}, {@code arm64}
 * @param capabilities the bounding set of this process: more cannot be passed on to any container
 * @param throttled the CPUs whose {@code thermal_throttle} directory exists, by path
 */
public record HostFacts(
        String architecture, KernelVersion kernel, Set<Capability> capabilities, List<String> throttled) {
    private static final String BOUNDING = "CapBnd:";
    private static final int HEX = 16;

    public HostFacts {
        capabilities = Set.copyOf(capabilities);
        throttled = List.copyOf(throttled);
    }

    /** This machine's. */
    public static HostFacts read() {
        return read(
                Path.of("/proc/self/status"),
                Path.of("/sys/devices/system/cpu"),
                System.getProperty("os.arch", ""),
                System.getProperty("os.version", ""));
    }

    static HostFacts read(Path status, Path cpus, String arch, String kernel) {
        return new HostFacts(goName(arch), KernelVersion.parse(kernel), boundingSet(status), throttled(cpus));
    }

    /** Whether limits may be raised beyond the hard ones of this process. */
    public boolean raisesLimits() {
        return capabilities.contains(Capability.SYS_RESOURCE);
    }

    private static String goName(String arch) {
        return switch (arch.toLowerCase(Locale.ROOT)) {
            case "x86_64", "amd64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> arch;
        };
    }

    private static Set<Capability> boundingSet(Path status) {
        try (Stream<String> lines = Files.lines(status)) {
            long mask = lines.filter(line -> line.startsWith(BOUNDING))
                    .mapToLong(line -> Long.parseUnsignedLong(
                            line.substring(BOUNDING.length()).strip(), HEX))
                    .findFirst()
                    .orElse(0);
            return Capability.fromMask(mask);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> throttled(Path cpus) {
        var found = new ArrayList<String>();
        try (Stream<Path> entries = Files.list(cpus)) {
            entries.filter(entry -> entry.getFileName().toString().matches("cpu[0-9]+"))
                    .map(entry -> entry.resolve("thermal_throttle"))
                    .filter(Files::exists)
                    .sorted()
                    .forEach(entry -> found.add(entry.toString()));
        } catch (IOException e) {
            return List.of(); // no such directory: nothing to hide
        }
        return found;
    }
}
