package jdocker.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything one command may know of the process it runs for. Only {@link Main} makes one from the JVM's own streams and
 * environment, so that a resident process can serve commands of other processes.
 */
record Invocation(
        List<String> arguments,
        Path directory,
        Map<String, String> environment,
        InputStream in,
        OutputStream out,
        OutputStream err,
        Terminal terminal,
        Signals signals,
        Clock clock,
        ClientVersion client) {

    Invocation {
        arguments = List.copyOf(arguments);
    }

    /** A variable's value; an empty one counts as absent, as with docker. */
    @Nullable
    String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    Path home() {
        String home = variable("HOME");
        return home == null ? directory : directory.resolve(home);
    }

    ZoneId zone() {
        return clock.getZone();
    }
}
