package jdocker.daemon.container;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.Optional;
import jdocker.api.WireTime;
import jdocker.daemon.error.EngineException.Conflict;

/** Where a container is in its life. Transitions are pure; the lifecycle saves what they return. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "status")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ContainerState.Created.class, name = "created"),
    @JsonSubTypes.Type(value = ContainerState.Running.class, name = "running"),
    @JsonSubTypes.Type(value = ContainerState.Paused.class, name = "paused"),
    @JsonSubTypes.Type(value = ContainerState.Restarting.class, name = "restarting"),
    @JsonSubTypes.Type(value = ContainerState.Exited.class, name = "exited"),
    @JsonSubTypes.Type(value = ContainerState.Removing.class, name = "removing"),
    @JsonSubTypes.Type(value = ContainerState.Dead.class, name = "dead")
})
public sealed interface ContainerState {

    /** Never ran; the code and error are those of a start that failed, else 0 and empty. */
    record Created(int exitCode, String error) implements ContainerState {
        static final Created FRESH = new Created(0, "");
    }

    /**
     * Has a process. The pid counts only together with its start time (clock ticks since boot) and the boot it was in.
     */
    record Running(
            long pid,
            long startTime,
            String bootId,
            @StoredTime Instant startedAt) implements ContainerState {}

    /** Frozen. */
    record Paused(Running running) implements ContainerState {}

    /** Has ended and waits to be started again by its policy. */
    record Restarting(Exited last) implements ContainerState {}

    /** Has ended; the error is that of a start that failed after earlier runs, else empty. */
    record Exited(
            int exitCode,
            boolean oomKilled,
            String error,
            @StoredTime Instant startedAt,
            @StoredTime Instant finishedAt)
            implements ContainerState {}

    /** Being removed, with its anonymous volumes or without; its files may be gone already. */
    record Removing(ContainerState before, boolean withVolumes) implements ContainerState {}

    /** Could not be removed wholly; removal can be tried again. */
    record Dead(ContainerState before) implements ContainerState {}

    /** Docker's word for it. */
    default String status() {
        return switch (this) {
            case Created _ -> "created";
            case Running _ -> "running";
            case Paused _ -> "paused";
            case Restarting _ -> "restarting";
            case Exited _ -> "exited";
            case Removing _ -> "removing";
            case Dead _ -> "dead";
        };
    }

    /** The process, when there is one, frozen or not. */
    default Optional<Running> process() {
        return switch (this) {
            case Running running -> Optional.of(running);
            case Paused paused -> Optional.of(paused.running());
            case Created _, Restarting _, Exited _, Removing _, Dead _ -> Optional.empty();
        };
    }

    /** The code of the last run or failed start; 0 when there was none. */
    default int exitCode() {
        return switch (this) {
            case Created created -> created.exitCode();
            case Exited exited -> exited.exitCode();
            case Restarting restarting -> restarting.last().exitCode();
            case Removing removing -> removing.before().exitCode();
            case Dead dead -> dead.before().exitCode();
            case Running _, Paused _ -> 0;
        };
    }

    /** Why the last start failed; empty when it did not. */
    default String error() {
        return switch (this) {
            case Created created -> created.error();
            case Exited exited -> exited.error();
            case Restarting restarting -> restarting.last().error();
            case Removing removing -> removing.before().error();
            case Dead dead -> dead.before().error();
            case Running _, Paused _ -> "";
        };
    }

    default boolean oomKilled() {
        return switch (this) {
            case Exited exited -> exited.oomKilled();
            case Restarting restarting -> restarting.last().oomKilled();
            case Removing removing -> removing.before().oomKilled();
            case Dead dead -> dead.before().oomKilled();
            case Created _, Running _, Paused _ -> false;
        };
    }

    /** When the latest run began; {@link WireTime#NEVER} when there was none. */
    default Instant startedAt() {
        return switch (this) {
            case Running running -> running.startedAt();
            case Paused paused -> paused.running().startedAt();
            case Exited exited -> exited.startedAt();
            case Restarting restarting -> restarting.last().startedAt();
            case Removing removing -> removing.before().startedAt();
            case Dead dead -> dead.before().startedAt();
            case Created _ -> WireTime.NEVER;
        };
    }

    /** When the latest run that has ended did; {@link WireTime#NEVER} when there was none or one is going on. */
    default Instant finishedAt() {
        return switch (this) {
            case Exited exited -> exited.finishedAt();
            case Restarting restarting -> restarting.last().finishedAt();
            case Removing removing -> removing.before().finishedAt();
            case Dead dead -> dead.before().finishedAt();
            case Created _, Running _, Paused _ -> WireTime.NEVER;
        };
    }

    /** The process has ended. */
    default Exited exited(int code, boolean oomKilled, Instant when) {
        return new Exited(code, oomKilled, "", startedAt(), when);
    }

    /** A start has failed: what never ran stays created, what ran before stays exited, with the failure's code. */
    default ContainerState failedToStart(int code, String why) {
        return switch (this) {
            case Exited exited -> new Exited(code, false, why, exited.startedAt(), exited.finishedAt());
            case Restarting restarting ->
                new Exited(
                        code,
                        false,
                        why,
                        restarting.last().startedAt(),
                        restarting.last().finishedAt());
            case Created _, Running _, Paused _, Removing _, Dead _ -> new Created(code, why);
        };
    }

    default Paused pause(String id) {
        return switch (this) {
            case Running running -> new Paused(running);
            case Paused _ -> throw new Conflict("container " + id + " is already paused");
            case Restarting _ ->
                throw new Conflict("container " + id + " is restarting, wait until the container is running");
            case Created _, Exited _, Removing _, Dead _ -> throw new Conflict("container " + id + " is not running");
        };
    }

    default Running resume(String id) {
        return switch (this) {
            case Paused paused -> paused.running();
            case Created _, Running _, Restarting _, Exited _, Removing _, Dead _ ->
                throw new Conflict("container " + id + " is not paused");
        };
    }

    /** Checks that a start may be tried; false when it runs already, or will by its policy. */
    default boolean startable() {
        return switch (this) {
            case Created _, Exited _ -> true;
            case Running _, Restarting _ -> false;
            case Paused _ -> throw new Conflict("cannot start a paused container, try unpause instead");
            case Removing _, Dead _ -> throw new Conflict("container is marked for removal and cannot be started");
        };
    }
}
