package jdocker.daemon;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the daemon is doing, for whoever wonders: counts, and every thread's stack, virtual ones too. */
final class StateDump {
    private static final Logger LOG = LoggerFactory.getLogger(StateDump.class);

    private StateDump() {}

    static void write(Path directory, Map<String, ? extends Number> counts) {
        Path file = directory.resolve("state-" + Instant.now().toString().replace(':', '-') + ".txt");
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            var text = new StringBuilder("\n");
            new TreeMap<>(counts)
                    .forEach((name, count) ->
                            text.append(name).append(": ").append(count).append('\n'));
            Runtime runtime = Runtime.getRuntime();
            text.append("heap bytes: ")
                    .append(runtime.totalMemory() - runtime.freeMemory())
                    .append('\n');
            Files.writeString(file, text, StandardOpenOption.APPEND);
            LOG.info("state written to {}", file);
        } catch (IOException | RuntimeException e) {
            LOG.error("cannot write the state to {}", file, e);
        }
    }
}
