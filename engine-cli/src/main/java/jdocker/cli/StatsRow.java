package jdocker.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What one container uses, between two samples of its statistics. */
final class StatsRow implements TemplateFields {
    static final List<Column> COLUMNS = List.of(
            new Column("BlockIO", "BLOCK I/O"),
            new Column("CPUPerc", "CPU %"),
            new Column("Container", "CONTAINER"),
            new Column("ID", "CONTAINER ID"),
            new Column("MemPerc", "MEM %"),
            new Column("MemUsage", "MEM USAGE / LIMIT"),
            new Column("Name", "NAME"),
            new Column("NetIO", "NET I/O"),
            new Column("PIDs", "PIDS"));
    static final List<String> USUAL =
            List.of("ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs");
    private static final List<String> NAMES = Listing.names(COLUMNS);
    private static final int SHORT = 12;
    private static final double PERCENT = 100;

    private final String asked;
    private final JsonObject now;
    private final JsonObject before;
    private final boolean whole;

    /**
     * @param asked the container as the command line names it
     * @param before the processor times of the sample before
     */
    StatsRow(String asked, JsonObject now, JsonObject before, boolean whole) {
        this.asked = asked;
        this.now = now;
        this.before = before;
        this.whole = whole;
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public @Nullable Object field(String name) {
        return switch (name) {
            case "Container" -> asked;
            case "ID" -> id();
            case "Name" -> now.text("name").isEmpty() ? "--" : now.text("name").substring(1);
            case "CPUPerc" -> percent(cpu());
            case "MemUsage" -> Units.binarySize(memory()) + " / " + Units.binarySize(limit());
            case "MemPerc" -> percent(limit() == 0 ? 0 : memory() * PERCENT / limit());
            case "NetIO" -> Units.size(network("rx_bytes")) + " / " + Units.size(network("tx_bytes"));
            case "BlockIO" -> Units.size(blockIo('r')) + " / " + Units.size(blockIo('w'));
            case "PIDs" -> String.valueOf(now.object("pids_stats").number("current"));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private String id() {
        String id = now.text("id");
        return whole || id.length() <= SHORT ? id : id.substring(0, SHORT);
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    private double cpu() {
        JsonObject cpu = now.object("cpu_stats");
        long used = total(cpu) - total(before);
        long elapsed = cpu.number("system_cpu_usage") - before.number("system_cpu_usage");
        boolean known = before.number("system_cpu_usage") > 0 && used > 0 && elapsed > 0;
        return known ? (double) used / elapsed * cpu.number("online_cpus") * PERCENT : 0;
    }

    private static long total(JsonObject cpu) {
        return cpu.object("cpu_usage").number("total_usage");
    }

    /** Without what the kernel would give up at once: files that nobody has read for long. */
    private long memory() {
        JsonObject memory = now.object("memory_stats");
        JsonObject stats = memory.object("stats");
        long used = memory.number("usage");
        long cache =
                stats.has("total_inactive_file") ? stats.number("total_inactive_file") : stats.number("inactive_file");
        return cache < used ? used - cache : used;
    }

    private long limit() {
        return now.object("memory_stats").number("limit");
    }

    private long network(String counter) {
        long sum = 0;
        for (Object each : now.object("networks").fields().values()) {
            sum += each instanceof JsonObject network ? network.number(counter) : 0;
        }
        return sum;
    }

    private long blockIo(char operation) {
        long sum = 0;
        for (JsonObject entry : now.object("blkio_stats").objects("io_service_bytes_recursive")) {
            String op = entry.text("op").toLowerCase(Locale.ROOT);
            sum += !op.isEmpty() && op.charAt(0) == operation ? entry.number("value") : 0;
        }
        return sum;
    }
}
