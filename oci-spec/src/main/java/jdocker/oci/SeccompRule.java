package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rule of a {@link SeccompProfile}: a {@link LinuxSyscall} and when it counts. */
public record SeccompRule(
        List<String> names,
        @Nullable String name,
        String action,
        @Nullable Integer errnoRet,
        List<LinuxSeccompArg> args,
        @Nullable String comment,
        @Nullable SeccompCondition includes,
        @Nullable SeccompCondition excludes,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public SeccompRule {
        names = Absent.list(names);
        action = Absent.text(action);
        args = Absent.list(args);
        unknown = Absent.map(unknown);
    }

    public SeccompRule(
            List<String> names,
            @Nullable String name,
            String action,
            @Nullable Integer errnoRet,
            List<LinuxSeccompArg> args,
            @Nullable String comment,
            @Nullable SeccompCondition includes,
            @Nullable SeccompCondition excludes) {
        this(names, name, action, errnoRet, args, comment, includes, excludes, Map.of());
    }

    boolean counts(HostFacts host, Collection<Capability> bounding) {
        return (excludes == null || !excludes.anyHolds(host, bounding))
                && (includes == null || includes.allHold(host, bounding));
    }

    LinuxSyscall resolved() {
        if (name != null && !name.isEmpty()) {
            if (!names.isEmpty()) {
                throw new IllegalArgumentException("both 'name' and 'names' are specified in the seccomp profile,"
                        + " use either 'name' or 'names'");
            }
            return new LinuxSyscall(List.of(name), action, errnoRet, args);
        }
        return new LinuxSyscall(names, action, errnoRet, args);
    }
}
