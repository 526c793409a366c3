package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdocker.api.ContainerStats;

/** What the host has used, by its {@code /proc}, as far as a container's statistics are compared with it. */
final class HostUsage {
    private static final long NANOSECONDS_PER_TICK = 10_000_000; // USER_HZ is 100 wherever Java runs on Linux
    private static final int COUNTED = 7; // user nice system idle iowait irq softirq, as Docker
    private static final int RECEIVED = 8;

    private final Path proc;

    HostUsage(Path proc) {
        this.proc = proc;
    }

    /**
     * All processors together.
     *
     * @param time nanoseconds since boot, idle ones included
     */
    record Cpu(long time, int online) {}

    Cpu cpu() {
        long time = 0;
        int online = 0;
        for (String line : lines("stat")) {
            if (line.startsWith("cpu ")) {
                String[] fields = line.split("\\s+");
                for (int i = 1; i <= COUNTED && i < fields.length; i++) {
                    time += Long.parseLong(fields[i]) * NANOSECONDS_PER_TICK;
                }
            } else if (line.startsWith("cpu")) {
                online++;
            }
        }
        return new Cpu(time, online);
    }

    /** Bytes; the largest number when the kernel does not tell. */
    long memory() {
        return lines("meminfo").stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .map(line -> line.split("\\s+"))
                .filter(fields -> fields.length > 1)
                .mapToLong(fields -> Long.parseLong(fields[1]) << 10)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    /** The interfaces in the network namespace of a process, loopback left out; none when it has ended. */
    Map<String, ContainerStats.Network> networks(long pid) {
        var networks = new TreeMap<String, ContainerStats.Network>();
        for (String line : lines(pid + "/net/dev")) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "lo" : line.substring(0, colon).strip();
            String[] n = line.substring(colon + 1).strip().split("\\s+");
            if (!name.equals("lo") && n.length >= RECEIVED + 4) {
                networks.put(
                        name,
                        new ContainerStats.Network(
                                number(n[0]),
                                number(n[1]),
                                number(n[2]),
                                number(n[3]),
                                number(n[RECEIVED]),
                                number(n[RECEIVED + 1]),
                                number(n[RECEIVED + 2]),
                                number(n[RECEIVED + 3])));
            }
        }
        return networks;
    }

    private static long number(String text) {
        return Long.parseUnsignedLong(text);
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(proc.resolve(file));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            if (file.contains("/")) {
                return List.of(); // ESRCH: the process ended while we looked
            }
            throw new UncheckedIOException("cannot read " + proc.resolve(file), e);
        }
    }
}
