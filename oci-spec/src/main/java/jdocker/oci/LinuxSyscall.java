package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rule of a {@link LinuxSeccomp}: what happens to these calls when all argument tests hold. */
public record LinuxSyscall(
        List<String> names,
        String action,
        @Nullable Integer errnoRet,
        List<LinuxSeccompArg> args,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public LinuxSyscall {
        names = Absent.list(names);
        action = Absent.text(action);
        args = Absent.list(args);
        unknown = Absent.map(unknown);
    }

    public LinuxSyscall(List<String> names, String action, @Nullable Integer errnoRet, List<LinuxSeccompArg> args) {
        this(names, action, errnoRet, args, Map.of());
    }
}
