package jdocker.daemon.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import jdocker.api.TopResult;
import jdocker.daemon.error.EngineException.InvalidRequest;

/**
 * What {@code ps} would say of a container's processes, read from the host's /proc: nothing is run, least of all
 * within the container. Knows {@code -ef}, {@code aux} and {@code -o} with the usual columns.
 */
final class ProcessTable {
    private static final List<String> FULL = List.of("UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD");
    private static final List<String> BSD =
            List.of("USER", "PID", "%CPU", "%MEM", "VSZ", "RSS", "TTY", "STAT", "START", "TIME", "COMMAND");
    private static final long TICKS = 100; // per second: USER_HZ is 100 wherever Java runs on Linux
    private static final long PAGE_KIB = 4;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    private final ProcessRuntime runtime;
    private final Path proc;

    ProcessTable(ProcessRuntime runtime, Path proc) {
        this.runtime = runtime;
        this.proc = proc;
    }

    /**
     * @throws InvalidRequest for arguments that it does not know
     */
    TopResult of(String id, String arguments) {
        List<String> titles = titles(arguments);
        Map<String, String> users = users();
        var rows = new ArrayList<List<String>>();
        for (long pid : runtime.processes(id)) {
            read(pid)
                    .ifPresent(p -> rows.add(
                            titles.stream().map(title -> p.column(title, users)).toList()));
        }
        return new TopResult(titles, rows);
    }

    private static List<String> titles(String arguments) {
        String text = arguments.strip();
        if (text.isEmpty() || text.equals("-ef") || text.equals("-e -f") || text.equals("ef")) {
            return FULL;
        }
        if (text.equals("aux") || text.equals("-aux")) {
            return BSD;
        }
        for (String prefix : List.of("-eo", "-e -o", "-o", "-axo", "axo", "o")) {
            if (text.startsWith(prefix)) {
                var titles = new ArrayList<String>();
                for (String column : text.substring(prefix.length()).strip().split("[, ]+")) {
                    titles.add(title(column, arguments));
                }
                return titles;
            }
        }
        throw new InvalidRequest("ps arguments \"" + arguments
                + "\" are not supported by this engine: use -ef, aux, or -o with column names");
    }

    private static String title(String column, String arguments) {
        return switch (column) {
            case "pid" -> "PID";
            case "ppid" -> "PPID";
            case "user", "euser" -> "USER";
            case "uid", "euid" -> "UID";
            case "comm", "ucmd" -> "COMMAND";
            case "cmd", "args", "command" -> "CMD";
            case "time", "cputime" -> "TIME";
            case "tty", "tt", "tname" -> "TTY";
            case "vsz", "vsize" -> "VSZ";
            case "rss", "rssize" -> "RSS";
            case "stat", "state", "s" -> "STAT";
            case "pcpu", "%cpu" -> "%CPU";
            case "pmem", "%mem" -> "%MEM";
            case "stime", "start", "start_time" -> "STIME";
            default ->
                throw new InvalidRequest("unknown column \"" + column + "\" in ps arguments \"" + arguments + "\"");
        };
    }

    private record Row(String pid, List<String> stat, String uid, String command, String name, double uptime) {
        String column(String title, Map<String, String> users) {
            return switch (title) {
                case "UID", "USER" -> users.getOrDefault(uid, uid);
                case "PID" -> pid;
                case "PPID" -> stat.get(1);
                case "C" -> Integer.toString((int) percent());
                case "%CPU" -> String.format(Locale.ROOT, "%.1f", percent());
                case "%MEM" -> "0.0";
                case "STIME", "START" ->
                    CLOCK.format(
                            Instant.now().minusMillis((long) (1000 * age())).atZone(ZoneId.systemDefault()));
                case "TTY" -> stat.get(4).equals("0") ? "?" : "pts/" + (Integer.parseInt(stat.get(4)) & 0xff);
                case "TIME" -> time();
                case "VSZ" -> Long.toString(Long.parseLong(stat.get(20)) / 1024);
                case "RSS" -> Long.toString(Long.parseLong(stat.get(21)) * PAGE_KIB);
                case "STAT" -> stat.get(0);
                case "COMMAND" -> name;
                default -> command;
            };
        }

        private long cpuTicks() {
            return Long.parseLong(stat.get(11)) + Long.parseLong(stat.get(12));
        }

        private double age() {
            return Math.max(uptime - Double.parseDouble(stat.get(19)) / TICKS, 0.01);
        }

        private double percent() {
            return 100.0 * cpuTicks() / TICKS / age();
        }

        private String time() {
            long seconds = cpuTicks() / TICKS;
            return String.format(Locale.ROOT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
        }
    }

    private Optional<Row> read(long pid) {
        Path directory = proc.resolve(Long.toString(pid));
        try {
            String stat = Files.readString(directory.resolve("stat"));
            int close = stat.lastIndexOf(')');
            List<String> fields = List.of(stat.substring(close + 2).strip().split(" "));
            String name = stat.substring(stat.indexOf('(') + 1, close);
            String command = Files.readString(directory.resolve("cmdline"))
                    .replace('\0', ' ')
                    .strip();
            String uid = Files.readAllLines(directory.resolve("status")).stream()
                    .filter(line -> line.startsWith("Uid:"))
                    .map(line -> line.split("\\s+")[2])
                    .findFirst()
                    .orElse("0");
            double uptime =
                    Double.parseDouble(Files.readString(proc.resolve("uptime")).split(" ")[0]);
            return Optional.of(new Row(
                    Long.toString(pid), fields, uid, command.isEmpty() ? "[" + name + "]" : command, name, uptime));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // it has ended meanwhile, or its name is not text
        }
    }

    // The host's names, as ps on the host shows them.
    private static Map<String, String> users() {
        var users = new HashMap<String, String>();
        try {
            for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
                String[] fields = line.split(":");
                if (fields.length > 2) {
                    users.putIfAbsent(fields[2], fields[0]);
                }
            }
        } catch (IOException e) {
            return users; // numbers do as well
        }
        return users;
    }
}
