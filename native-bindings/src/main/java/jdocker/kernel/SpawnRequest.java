package jdocker.kernel;

import java.util.List;
import java.util.Map;

/**
 * A process to be started.
 *
 * @param path of the executable, not searched for; {@code /proc/self/fd/N} names N among the child's descriptors
 * @param arguments from argv[0]
 * @param environment all of it, {@code NAME=value}
 * @param descriptors all that the child has: its number to our descriptor; anything else of ours is closed
 * @param newSession whether it leads a session of its own
 */
public record SpawnRequest(
        String path,
        List<String> arguments,
        List<String> environment,
        Map<Integer, Fd> descriptors,
        boolean newSession) {
    public SpawnRequest {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
        descriptors = Map.copyOf(descriptors);
    }
}
