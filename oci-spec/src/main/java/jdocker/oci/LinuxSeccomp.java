package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A system call filter, already resolved for this machine; {@link SeccompProfile} makes one. */
public record LinuxSeccomp(
        String defaultAction,
        @Nullable Integer defaultErrnoRet,
        List<String> architectures,
        List<String> flags,
        @Nullable String listenerPath,
        @Nullable String listenerMetadata,
        List<LinuxSyscall> syscalls,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxSeccomp {
        defaultAction = Absent.text(defaultAction);
        architectures = Absent.list(architectures);
        flags = Absent.list(flags);
        syscalls = Absent.list(syscalls);
        unknown = Absent.map(unknown);
    }

    public LinuxSeccomp(
            String defaultAction,
            @Nullable Integer defaultErrnoRet,
            List<String> architectures,
            List<String> flags,
            @Nullable String listenerPath,
            @Nullable String listenerMetadata,
            List<LinuxSyscall> syscalls) {
        this(defaultAction, defaultErrnoRet, architectures, flags, listenerPath, listenerMetadata, syscalls, Map.of());
    }
}
