package jdocker.cgroups;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code cpu.pressure} and the like: two lines such as {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}. */
final class PressureFile {
    private PressureFile() {}

    /** Empty when the text has no such line: the kernel may have been told not to measure. */
    static Optional<CgroupStats.Pressure> parse(String text) {
        Map<String, CgroupStats.Stall> lines = new HashMap<>();
        for (String line : text.split("\n")) {
            Map<String, String> values = new HashMap<>();
            String[] parts = line.split(" ");
            for (String part : parts) {
                int equals = part.indexOf('=');
                if (equals > 0) {
                    values.put(part.substring(0, equals), part.substring(equals + 1));
                }
            }
            if (values.containsKey("total")) {
                lines.put(
                        parts[0],
                        new CgroupStats.Stall(
                                share(values.get("avg10")),
                                share(values.get("avg60")),
                                share(values.get("avg300")),
                                Controller.number(values.getOrDefault("total", ""))));
            }
        }
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(new CgroupStats.Pressure(
                        lines.getOrDefault("some", CgroupStats.Stall.NONE),
                        lines.getOrDefault("full", CgroupStats.Stall.NONE)));
    }

    private static double share(@Nullable String text) {
        try {
            return text == null ? 0 : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
