package jdocker.daemon.container;

import java.time.Duration;
import java.time.Instant;
import jdocker.api.WireTime;

/** The words of the STATUS column: "Up 3 seconds", "Exited (0) 2 minutes ago". */
final class StatusText {
    private StatusText() {}

    static String of(ContainerState state, Instant now) {
        return switch (state) {
            case ContainerState.Created _ -> "Created";
            case ContainerState.Running running -> "Up " + ago(running.startedAt(), now);
            case ContainerState.Paused paused -> "Up " + ago(paused.running().startedAt(), now) + " (Paused)";
            case ContainerState.Restarting restarting ->
                "Restarting (" + restarting.exitCode() + ") " + ago(restarting.finishedAt(), now) + " ago";
            case ContainerState.Exited exited ->
                exited.finishedAt().equals(WireTime.NEVER)
                        ? "Created"
                        : "Exited (" + exited.exitCode() + ") " + ago(exited.finishedAt(), now) + " ago";
            case ContainerState.Removing _ -> "Removal In Progress";
            case ContainerState.Dead _ -> "Dead";
        };
    }

    private static String ago(Instant then, Instant now) {
        return human(Duration.between(then, now));
    }

    /** A duration as Docker rounds it. */
    static String human(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        long minutes = seconds / 60;
        long hours = (seconds + 1800) / 3600; // rounded to the nearest
        if (seconds < 1) {
            return "Less than a second";
        } else if (seconds == 1) {
            return "1 second";
        } else if (seconds < 60) {
            return seconds + " seconds";
        } else if (minutes == 1) {
            return "About a minute";
        } else if (minutes < 60) {
            return minutes + " minutes";
        } else if (hours == 1) {
            return "About an hour";
        } else if (hours < 48) {
            return hours + " hours";
        } else if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        } else if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        } else if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return seconds / 3600 / 24 / 365 + " years";
    }
}
