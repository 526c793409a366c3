package jdocker.cgroups;

import java.util.ArrayList;
import java.util.List;
import jdocker.oci.LinuxBlockIo;
import jdocker.oci.LinuxThrottleDevice;
import jdocker.oci.LinuxWeightDevice;

/** {@code blkio}: Documentation/admin-guide/cgroup-v1/blkio-controller.rst. Weights are BFQ's where it is built in. */
final class BlockIoController {
    private BlockIoController() {}

    static void apply(Controller blkio, LinuxBlockIo wanted) {
        Integer weight = wanted.weight();
        if (weight != null && weight != 0) {
            blkio.write(blkio.has("blkio.bfq.weight") ? "blkio.bfq.weight" : "blkio.weight", weight);
        }
        for (LinuxWeightDevice device : wanted.weightDevice()) {
            Integer own = device.weight();
            if (own != null) {
                String file = blkio.has("blkio.bfq.weight_device") ? "blkio.bfq.weight_device" : "blkio.weight_device";
                blkio.write(file, device.major() + ":" + device.minor() + " " + own);
            }
        }
        throttle(blkio, "blkio.throttle.read_bps_device", wanted.throttleReadBpsDevice());
        throttle(blkio, "blkio.throttle.write_bps_device", wanted.throttleWriteBpsDevice());
        throttle(blkio, "blkio.throttle.read_iops_device", wanted.throttleReadIopsDevice());
        throttle(blkio, "blkio.throttle.write_iops_device", wanted.throttleWriteIopsDevice());
    }

    private static void throttle(Controller blkio, String file, List<LinuxThrottleDevice> devices) {
        for (LinuxThrottleDevice device : devices) {
            String rate = Long.toUnsignedString(device.rate());
            blkio.write(file, device.major() + ":" + device.minor() + " " + rate);
        }
    }

    static CgroupStats.BlockIo stats(Controller blkio) {
        return new CgroupStats.BlockIo(entries(blkio, "io_service_bytes"), entries(blkio, "io_serviced"));
    }

    /** BFQ counts only what it schedules; throttling sees everything. */
    private static List<CgroupStats.BlockIo.Entry> entries(Controller blkio, String counter) {
        List<CgroupStats.BlockIo.Entry> entries = parse(blkio, "blkio.bfq." + counter + "_recursive");
        if (entries.isEmpty()) {
            entries = parse(blkio, "blkio.throttle." + counter + "_recursive");
        }
        return entries.isEmpty() ? parse(blkio, "blkio.throttle." + counter) : entries;
    }

    /** Lines of {@code 8:0 Read 4096}; the last, a grand total, has no device. */
    private static List<CgroupStats.BlockIo.Entry> parse(Controller blkio, String file) {
        List<CgroupStats.BlockIo.Entry> entries = new ArrayList<>();
        for (String line : blkio.read(file).orElse("").split("\n")) {
            String[] parts = line.split("[: ]");
            if (parts.length == 4) {
                entries.add(new CgroupStats.BlockIo.Entry(
                        Controller.number(parts[0]),
                        Controller.number(parts[1]),
                        parts[2],
                        Controller.number(parts[3])));
            }
        }
        return entries;
    }
}
