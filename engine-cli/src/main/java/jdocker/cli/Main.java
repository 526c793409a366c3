package jdocker.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The process {@code jdocker}: hands one command what is the process's, and exits with its code. */
public final class Main {
    /** What the launcher sets aside so that it does not steer the JVM, but {@code run -e NAME} still finds it. */
    private static final String KEPT_ASIDE = "JDOCKER_ENV_";

    private Main() {}

    public static void main(String[] arguments) {
        if (ManPages.isAskedFor(arguments)) {
            ManPages.write(Path.of(arguments[1]));
            return;
        }
        InputStream in = new FileInputStream(FileDescriptor.in);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        OutputStream err = new FileOutputStream(FileDescriptor.err);
        Invocation invocation = new Invocation(
                List.of(arguments),
                Path.of("").toAbsolutePath(),
                environment(System.getenv()),
                in,
                out,
                err,
                new ProcessTerminal(),
                new ProcessSignals(),
                new ProcessClock(),
                new ClientVersion(
                        System.getProperty("jdocker.version", "development"),
                        System.getProperty("jdocker.revision", "unknown"),
                        System.getProperty("java.version", ""),
                        "linux/" + architecture(System.getProperty("os.arch", ""))));
        if (Training.isAskedFor(arguments)) {
            Training.run(invocation);
            return;
        }
        int code = Cli.run(invocation);
        // Everything is put back by now; the orderly way would first set up logging, to tell nobody of the end.
        Runtime.getRuntime().halt(code);
    }

    /** The system's clock; finding out the time zone takes a while and most commands do not ask. */
    private static final class ProcessClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneId.systemDefault();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.system(zone);
        }

        @Override
        public Instant instant() {
            return Instant.now();
        }
    }

    /** The user's environment as it was before the launcher prepared it for the JVM. */
    static Map<String, String> environment(Map<String, String> given) {
        Map<String, String> result = new HashMap<>(given);
        boolean launched = given.containsKey("LC_ALL");
        for (Map.Entry<String, String> variable : given.entrySet()) {
            if (variable.getKey().startsWith(KEPT_ASIDE)) {
                result.remove(variable.getKey());
                result.put(variable.getKey().substring(KEPT_ASIDE.length()), variable.getValue());
            }
        }
        // The launcher always sets this one; the user's own, if any, came aside.
        if (launched && !given.containsKey(KEPT_ASIDE + "LC_ALL")) {
            result.remove("LC_ALL");
        }
        return result;
    }

    private static String architecture(String name) {
        return name.equals("aarch64") ? "arm64" : name;
    }
}
