package jdocker.cgroups;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.oci.LinuxCpu;
import org.jspecify.annotations.Nullable;

/** {@code cpu} and {@code cpuacct}: Documentation/scheduler/sched-bwc.rst, cgroup-v1/cpuacct.rst. */
final class CpuController {
    private static final String PERIOD = "cpu.cfs_period_us";
    private static final String QUOTA = "cpu.cfs_quota_us";
    /** USER_HZ, which every architecture of ours has at 100: cpuacct.stat counts in it. */
    private static final long NANOSECONDS_PER_TICK = 10_000_000;

    private CpuController() {}

    /** Whether there is something to set here and not only for cpuset. */
    static boolean concerns(LinuxCpu wanted) {
        return isSet(wanted.shares())
                || isSet(wanted.quota())
                || isSet(wanted.period())
                || isSet(wanted.burst())
                || isSet(wanted.realtimePeriod())
                || isSet(wanted.realtimeRuntime())
                || isSet(wanted.idle());
    }

    static void apply(Controller cpu, LinuxCpu wanted) {
        write(cpu, "cpu.shares", wanted.shares());
        applyQuota(cpu, wanted);
        write(cpu, "cpu.cfs_burst_us", wanted.burst());
        write(cpu, "cpu.rt_period_us", wanted.realtimePeriod());
        write(cpu, "cpu.rt_runtime_us", wanted.realtimeRuntime());
        write(cpu, "cpu.idle", wanted.idle());
    }

    /** A shorter period may only be possible with the new quota: the old one could exceed the parent's share of it. */
    private static void applyQuota(Controller cpu, LinuxCpu wanted) {
        boolean again = false;
        try {
            write(cpu, PERIOD, wanted.period());
        } catch (CgroupException e) {
            if (!e.is(Errno.EINVAL) || !isSet(wanted.quota())) {
                throw e;
            }
            again = true;
        }
        write(cpu, QUOTA, wanted.quota());
        if (again) {
            write(cpu, PERIOD, wanted.period());
        }
    }

    private static void write(Controller cpu, String file, @Nullable Long value) {
        if (value != null && value != 0) {
            cpu.write(file, value);
        }
    }

    private static boolean isSet(@Nullable Long value) {
        return value != null && value != 0;
    }

    static CgroupStats.Cpu stats(Optional<Controller> cpu, Optional<Controller> account) {
        Map<String, Long> throttling = keyed(cpu, "cpu.stat");
        Map<String, Long> times = keyed(account, "cpuacct.stat");
        return new CgroupStats.Cpu(
                account.map(controller -> controller.readNumber("cpuacct.usage"))
                        .orElse(0L),
                times.getOrDefault("user", 0L) * NANOSECONDS_PER_TICK,
                times.getOrDefault("system", 0L) * NANOSECONDS_PER_TICK,
                account.flatMap(controller -> controller.read("cpuacct.usage_percpu"))
                        .map(CpuController::numbers)
                        .orElse(List.of()),
                throttling.getOrDefault("nr_periods", 0L),
                throttling.getOrDefault("nr_throttled", 0L),
                throttling.getOrDefault("throttled_time", 0L));
    }

    private static Map<String, Long> keyed(Optional<Controller> controller, String file) {
        return controller.flatMap(c -> c.read(file)).map(KeyedNumbers::parse).orElse(Map.of());
    }

    private static List<Long> numbers(String text) {
        List<Long> numbers = new ArrayList<>();
        for (String number : text.split("\\s+")) {
            if (!number.isEmpty()) {
                numbers.add(Controller.number(number));
            }
        }
        return numbers;
    }
}
