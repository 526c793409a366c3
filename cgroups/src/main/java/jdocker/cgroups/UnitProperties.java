package jdocker.cgroups;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import jdocker.oci.LinuxCpu;
import jdocker.oci.LinuxMemory;
import jdocker.oci.LinuxResources;
import org.jspecify.annotations.Nullable;

/** Limits in systemd's terms: systemd.resource-control(5). It writes the same files, rounded at times; ours come after. */
final class UnitProperties {
    private static final long UNLIMITED = -1; // all ones, as systemd has it
    private static final long SECOND = 1_000_000;
    private static final long DEFAULT_PERIOD = 100_000;
    /** systemd keeps quotas in hundredths. */
    private static final long STEP = 10_000;

    private static final int MOST_CPUS = 8192;

    private final Map<String, Object> properties = new LinkedHashMap<>();

    private UnitProperties() {}

    static Map<String, Object> of(LinuxResources resources) {
        var unit = new UnitProperties();
        if (resources.memory() != null) {
            unit.memory(resources.memory());
        }
        if (resources.cpu() != null) {
            unit.cpu(resources.cpu());
        }
        if (resources.blockIo() != null && resources.blockIo().weight() != null) {
            unit.weight(resources.blockIo().weight());
        }
        if (resources.pids() != null) {
            long limit = resources.pids().limit();
            unit.put("TasksMax", limit > 0 ? limit : UNLIMITED);
        }
        return unit.properties;
    }

    private void put(String name, Object value) {
        properties.put(name, value);
    }

    private void memory(LinuxMemory memory) {
        long limit = orZero(memory.limit());
        String swap = UnifiedMemory.swap(limit, orZero(memory.swap()));
        if (limit != 0) {
            put("MemoryMax", limit);
        }
        if (orZero(memory.reservation()) != 0) {
            put("MemoryLow", orZero(memory.reservation()));
        }
        if (!swap.isEmpty()) {
            put("MemorySwapMax", swap.equals("max") ? UNLIMITED : Long.parseLong(swap));
        }
    }

    private void weight(int weight) {
        if (weight != 0) {
            put("IOWeight", UnifiedIo.converted(weight));
        }
    }

    private void cpu(LinuxCpu cpu) {
        long shares = orZero(cpu.shares());
        if (shares != 0) {
            put("CPUWeight", UnifiedCpu.weight(shares));
        }
        long quota = orZero(cpu.quota());
        long period = orZero(cpu.period());
        if (period != 0) {
            put("CPUQuotaPeriodUSec", period);
        }
        if (quota != 0 || period != 0) {
            long perSecond = quota * SECOND / (period == 0 ? DEFAULT_PERIOD : period);
            put("CPUQuotaPerSecUSec", quota > 0 ? (perSecond + STEP - 1) / STEP * STEP : UNLIMITED);
        }
        set("AllowedCPUs", cpu.cpus());
        set("AllowedMemoryNodes", cpu.mems());
    }

    private void set(String name, @Nullable String list) {
        if (list != null && !list.isEmpty()) {
            put(name, bits(list));
        }
    }

    /** Of {@code 0-2,7}, the least first. */
    static byte[] bits(String list) {
        var set = new BitSet();
        for (String part : list.split(",")) {
            int dash = part.indexOf('-');
            int from = number(dash < 0 ? part : part.substring(0, dash), list);
            int to = dash < 0 ? from : number(part.substring(dash + 1), list);
            if (to < from) {
                throw new CgroupException("not a list of numbers: '" + list + "'");
            }
            set.set(from, to + 1);
        }
        return set.toByteArray();
    }

    private static int number(String text, String list) {
        String digits = text.strip();
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) >= MOST_CPUS) {
            throw new CgroupException("not a list of numbers: '" + list + "'");
        }
        return Integer.parseInt(digits);
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
