package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A system call filter in Docker's form: like OCI's, but rules may depend on capabilities, architecture and kernel, and
 * the architectures follow from the machine. {@link #resolve} turns it into what OCI knows.
 */
public record SeccompProfile(
        String defaultAction,
        @Nullable Integer defaultErrnoRet,
        List<String> architectures,
        List<SeccompArchitecture> archMap,
        List<String> flags,
        @Nullable String listenerPath,
        @Nullable String listenerMetadata,
        List<SeccompRule> syscalls,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public SeccompProfile {
        defaultAction = Absent.text(defaultAction);
        architectures = Absent.list(architectures);
        archMap = Absent.list(archMap);
        flags = Absent.list(flags);
        syscalls = Absent.list(syscalls);
        unknown = Absent.map(unknown);
    }

    public SeccompProfile(
            String defaultAction,
            @Nullable Integer defaultErrnoRet,
            List<String> architectures,
            List<SeccompArchitecture> archMap,
            List<String> flags,
            @Nullable String listenerPath,
            @Nullable String listenerMetadata,
            List<SeccompRule> syscalls) {
        this(
                defaultAction,
                defaultErrnoRet,
                architectures,
                archMap,
                flags,
                listenerPath,
                listenerMetadata,
                syscalls,
                Map.of());
    }

    /** The one that every container gets unless told otherwise. */
    public static SeccompProfile dockerDefault() {
        return Default.PROFILE;
    }

    /** All actions that it names, the default one first. */
    public List<String> actions() {
        return Stream.concat(Stream.of(defaultAction), syscalls.stream().map(SeccompRule::action))
                .distinct()
                .toList();
    }

    /**
     * The rules that count here.
     *
     * @param bounding the container's bounding set
     * @throws IllegalArgumentException if the profile contradicts itself, in Docker's words
     */
    public LinuxSeccomp resolve(HostFacts host, Collection<Capability> bounding) {
        if (!architectures.isEmpty() && !archMap.isEmpty()) {
            throw new IllegalArgumentException(
                    "both 'architectures' and 'archMap' are specified in the seccomp profile,"
                            + " use either 'architectures' or 'archMap'");
        }
        var filtered = new ArrayList<>(architectures);
        archMap.stream()
                .filter(entry -> entry.architecture().equals(nativeName(host.architecture())))
                .findFirst()
                .ifPresent(entry -> {
                    filtered.add(entry.architecture());
                    filtered.addAll(entry.subArchitectures());
                });
        List<LinuxSyscall> rules = syscalls.stream()
                .filter(rule -> rule.counts(host, bounding))
                .map(SeccompRule::resolved)
                .toList();
        return new LinuxSeccomp(defaultAction, defaultErrnoRet, filtered, flags, listenerPath, listenerMetadata, rules);
    }

    private static String nativeName(String architecture) {
        return switch (architecture) {
            case "amd64" -> "SCMP_ARCH_X86_64";
            case "arm64" -> "SCMP_ARCH_AARCH64";
            default -> "SCMP_ARCH_" + architecture.toUpperCase(Locale.ROOT);
        };
    }

    /** Read when first asked for. */
    private static final class Default {
        private static final SeccompProfile PROFILE = load();

        private static SeccompProfile load() {
            try (InputStream in = SeccompProfile.class.getResourceAsStream("default-seccomp.json")) {
                return Json.read(Objects.requireNonNull(in).readAllBytes(), SeccompProfile.class);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
