package jdocker.cgroups;

import java.util.ArrayList;
import java.util.List;
import jdocker.oci.LinuxBlockIo;
import jdocker.oci.LinuxThrottleDevice;
import jdocker.oci.LinuxWeightDevice;

/** {@code io} of version 2: Documentation/admin-guide/cgroup-v2.rst, "IO". Weights are BFQ's where it is built in. */
final class UnifiedIo {
    private static final String BFQ_WEIGHT = "io.bfq.weight";
    private static final String WEIGHT = "io.weight";
    private static final String MAX = "io.max";
    /** v1 and BFQ weigh from 10 to 1000, v2 from 1 to 10000. */
    private static final int LEAST = 10;

    private UnifiedIo() {}

    static boolean concerns(LinuxBlockIo wanted) {
        return wanted.weight() != null && wanted.weight() != 0
                || !wanted.weightDevice().isEmpty()
                || !wanted.throttleReadBpsDevice().isEmpty()
                || !wanted.throttleWriteBpsDevice().isEmpty()
                || !wanted.throttleReadIopsDevice().isEmpty()
                || !wanted.throttleWriteIopsDevice().isEmpty();
    }

    static void apply(Controller io, LinuxBlockIo wanted) {
        Integer weight = wanted.weight();
        if (weight != null && weight != 0) {
            weigh(io, "", weight);
        }
        for (LinuxWeightDevice device : wanted.weightDevice()) {
            Integer own = device.weight();
            if (own != null && own != 0) {
                weigh(io, device.major() + ":" + device.minor() + " ", own);
            }
        }
        throttle(io, "rbps", wanted.throttleReadBpsDevice());
        throttle(io, "wbps", wanted.throttleWriteBpsDevice());
        throttle(io, "riops", wanted.throttleReadIopsDevice());
        throttle(io, "wiops", wanted.throttleWriteIopsDevice());
    }

    private static void weigh(Controller io, String device, int weight) {
        if (io.has(BFQ_WEIGHT)) {
            io.write(BFQ_WEIGHT, device + weight);
        } else if (io.has(WEIGHT)) {
            io.write(WEIGHT, device + converted(weight));
        } else {
            throw new CgroupException(
                    "cannot give block I/O the weight " + weight
                            + ": the kernel has neither io.bfq.weight nor io.weight (CONFIG_BFQ_GROUP_IOSCHED, CONFIG_BLK_CGROUP_IOCOST)");
        }
    }

    /** As runc. */
    static long converted(int weight) {
        return 1 + (weight - LEAST) * 9999L / 990;
    }

    private static void throttle(Controller io, String key, List<LinuxThrottleDevice> devices) {
        for (LinuxThrottleDevice device : devices) {
            String rate = device.rate() == 0 ? "max" : Long.toUnsignedString(device.rate());
            io.write(MAX, device.major() + ":" + device.minor() + " " + key + "=" + rate);
        }
    }

    static CgroupStats.BlockIo stats(Controller io) {
        var bytes = new ArrayList<CgroupStats.BlockIo.Entry>();
        var operations = new ArrayList<CgroupStats.BlockIo.Entry>();
        for (String line : io.read("io.stat").orElse("").split("\n")) {
            String[] parts = line.split("[: ]");
            if (parts.length > 2) {
                long major = Controller.number(parts[0]);
                long minor = Controller.number(parts[1]);
                for (String part : List.of(parts).subList(2, parts.length)) {
                    add(bytes, operations, major, minor, part.split("=", 2));
                }
            }
        }
        return new CgroupStats.BlockIo(bytes, operations);
    }

    private static void add(
            List<CgroupStats.BlockIo.Entry> bytes,
            List<CgroupStats.BlockIo.Entry> operations,
            long major,
            long minor,
            String[] pair) {
        if (pair.length != 2) {
            return;
        }
        long value = Controller.number(pair[1]);
        switch (pair[0]) {
            case "rbytes" -> bytes.add(new CgroupStats.BlockIo.Entry(major, minor, "read", value));
            case "wbytes" -> bytes.add(new CgroupStats.BlockIo.Entry(major, minor, "write", value));
            case "rios" -> operations.add(new CgroupStats.BlockIo.Entry(major, minor, "read", value));
            case "wios" -> operations.add(new CgroupStats.BlockIo.Entry(major, minor, "write", value));
            default -> {} // discards, and what later kernels count
        }
    }
}
