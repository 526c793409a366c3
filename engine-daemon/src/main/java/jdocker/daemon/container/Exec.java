package jdocker.daemon.container;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;
import jdocker.api.ExecConfig;
import jdocker.daemon.state.Collection;
import jdocker.daemon.state.Snapshot;

/** A command that was or is to be run in a container beside its own. */
public record Exec(
        String id,
        String containerId,
        ExecConfig config,
        @StoredTime Instant created,
        State state) {

    /** All execs, by id. */
    public static final Collection<Exec> ALL = new Collection<>("execs", Exec.class);

    /** Where it is in its life. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "status")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Created.class, name = "created"),
        @JsonSubTypes.Type(value = Running.class, name = "running"),
        @JsonSubTypes.Type(value = Ended.class, name = "ended")
    })
    sealed interface State {}

    /** Not started. */
    record Created() implements State {}

    /** Has a process; pid and start time as in {@link ContainerState.Running}. */
    record Running(long pid, long startTime) implements State {}

    /** Has ended, or could not be started (126, 127). */
    record Ended(int exitCode, long pid, @StoredTime Instant when) implements State {}

    Exec with(State newState) {
        return new Exec(id, containerId, config, created, newState);
    }

    static List<Exec> of(Snapshot snapshot, String containerId) {
        return snapshot.all(ALL).values().stream()
                .filter(exec -> exec.containerId().equals(containerId))
                .toList();
    }
}
