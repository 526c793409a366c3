package jdocker.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link CgroupPrograms} by the running kernel; numbers and places of linux/bpf.h, {@code union bpf_attr}. */
final class LinuxCgroupPrograms implements CgroupPrograms {
    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_ATTACH = 8;
    private static final int BPF_PROG_DETACH = 9;
    private static final int BPF_PROG_GET_FD_BY_ID = 13;
    private static final int BPF_PROG_QUERY = 16;
    private static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    private static final int BPF_CGROUP_DEVICE = 6;
    private static final int BPF_F_ALLOW_MULTI = 2;
    private static final int BPF_F_REPLACE = 4;

    /** Linux 6.17 to 7.1 write to places of the answer that a shorter structure does not have. */
    private static final int ATTRIBUTE_SIZE = 256;

    private static final int INSTRUCTION = 8;
    private static final int LOG_SIZE = 16 * 1024;
    private static final int LOG_SHOWN = 400;
    /** BPF_CGROUP_MAX_PROGS of linux/bpf-cgroup-defs.h. */
    private static final int MOST_PROGRAMS = 64;

    private final Calls calls;

    LinuxCgroupPrograms(Calls calls) {
        this.calls = calls;
    }

    @Override
    public Fd loadDeviceProgram(byte[] instructions) {
        long result = load(instructions, false);
        // Again with the verifier's words, which cost time that a good program shall not take.
        return new Fd((int) (result < 0 ? load(instructions, true) : result));
    }

    private long load(byte[] instructions, boolean explain) {
        try (Scratch s = calls.scratch(instructions.length + LOG_SIZE + 4096L)) {
            int code = s.bytes(instructions);
            long license = s.string("Apache-2.0");
            int log = s.struct(explain ? LOG_SIZE : INSTRUCTION);
            int attribute = s.struct(ATTRIBUTE_SIZE);
            s.putInt(attribute, BPF_PROG_TYPE_CGROUP_DEVICE)
                    .putInt(attribute + 4, instructions.length / INSTRUCTION)
                    .putLong(attribute + 8, s.address(code))
                    .putLong(attribute + 16, license)
                    .putInt(attribute + 68, BPF_CGROUP_DEVICE);
            if (explain) {
                s.putInt(attribute + 24, 1).putInt(attribute + 28, LOG_SIZE).putLong(attribute + 32, s.address(log));
            }
            long result = bpf(BPF_PROG_LOAD, s, attribute);
            if (result < 0 && explain) {
                throw failure("BPF_PROG_LOAD", result, "a device filter" + verdict(s, log));
            }
            return result;
        }
    }

    private static String verdict(Scratch s, int log) {
        String text = new String(s.copy(log, LOG_SHOWN), StandardCharsets.US_ASCII);
        String words = text.substring(0, Math.max(0, text.indexOf('\0'))).strip();
        return words.isEmpty() ? "" : ": " + words.replace('\n', ' ');
    }

    @Override
    public void attach(Fd cgroup, Fd program, Optional<Fd> replaced) {
        try (Scratch s = calls.scratch()) {
            int attribute = s.struct(ATTRIBUTE_SIZE);
            s.putInt(attribute, cgroup.number())
                    .putInt(attribute + 4, program.number())
                    .putInt(attribute + 8, BPF_CGROUP_DEVICE)
                    .putInt(attribute + 12, BPF_F_ALLOW_MULTI | (replaced.isPresent() ? BPF_F_REPLACE : 0))
                    .putInt(attribute + 16, replaced.map(Fd::number).orElse(0));
            long result = bpf(BPF_PROG_ATTACH, s, attribute);
            if (result < 0) {
                throw failure("BPF_PROG_ATTACH", result, "a device filter to the cgroup");
            }
        }
    }

    @Override
    public void detach(Fd cgroup, Fd program) {
        try (Scratch s = calls.scratch()) {
            int attribute = s.struct(ATTRIBUTE_SIZE);
            s.putInt(attribute, cgroup.number())
                    .putInt(attribute + 4, program.number())
                    .putInt(attribute + 8, BPF_CGROUP_DEVICE);
            long result = bpf(BPF_PROG_DETACH, s, attribute);
            if (result < 0 && result != -Errno.ENOENT.number()) {
                throw failure("BPF_PROG_DETACH", result, "a device filter from the cgroup");
            }
        }
    }

    @Override
    public List<Integer> attached(Fd cgroup) {
        try (Scratch s = calls.scratch()) {
            int ids = s.struct(MOST_PROGRAMS * Integer.BYTES);
            int attribute = s.struct(ATTRIBUTE_SIZE);
            s.putInt(attribute, cgroup.number())
                    .putInt(attribute + 4, BPF_CGROUP_DEVICE)
                    .putLong(attribute + 16, s.address(ids))
                    .putInt(attribute + 24, MOST_PROGRAMS);
            long result = bpf(BPF_PROG_QUERY, s, attribute);
            if (result < 0) {
                throw failure("BPF_PROG_QUERY", result, "the device filters of a cgroup");
            }
            var found = new ArrayList<Integer>();
            for (int i = 0; i < s.getInt(attribute + 24); i++) {
                found.add(s.getInt(ids + i * Integer.BYTES));
            }
            return List.copyOf(found);
        }
    }

    @Override
    public Optional<Fd> open(int id) {
        try (Scratch s = calls.scratch()) {
            int attribute = s.struct(ATTRIBUTE_SIZE);
            s.putInt(attribute, id);
            long result = bpf(BPF_PROG_GET_FD_BY_ID, s, attribute);
            if (result == -Errno.ENOENT.number()) {
                return Optional.empty();
            }
            if (result < 0) {
                throw failure("BPF_PROG_GET_FD_BY_ID", result, Integer.toString(id));
            }
            return Optional.of(new Fd((int) result));
        }
    }

    private long bpf(int command, Scratch s, int attribute) {
        return calls.call(SyscallNumber.BPF, command, s.address(attribute), ATTRIBUTE_SIZE);
    }

    private static SyscallException failure(String command, long result, String arguments) {
        return SyscallException.of("bpf", result, command + ", " + arguments);
    }
}
