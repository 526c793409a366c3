package jdocker.cgroups;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules for devices as an eBPF program of type {@code BPF_PROG_TYPE_CGROUP_DEVICE}: the kernel runs it at every open and
 * mknod with a {@code struct bpf_cgroup_dev_ctx} and lets pass what it answers 1 to. Instructions are those of
 * Documentation/bpf/standardization/instruction-set.rst.
 *
 * <p>It goes through the rules from the last to the first and keeps the accesses that no rule has decided yet. A rule
 * that denies one of them ends it; when none is left, every one was allowed by the last rule about it.
 */
final class DeviceProgram {
    private static final int LOAD_WORD = 0x61;
    private static final int SET = 0xb7;
    private static final int COPY_32 = 0xbc;
    private static final int AND_32 = 0x54;
    private static final int SHIFT_RIGHT_32 = 0x74;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_NOT_EQUAL = 0x55;
    private static final int EXIT = 0x95;

    private static final int ANSWER = 0;
    /** Holds the context at first. */
    private static final int SCRATCH = 1;

    private static final int KIND = 2;
    private static final int ACCESS = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;

    /** {@code BPF_DEVCG_DEV_*} and {@code BPF_DEVCG_ACC_*}, which the context packs into one word. */
    private static final int BLOCK = 1;

    private static final int CHARACTER = 2;
    private static final int MKNOD = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;
    private static final int ALL = MKNOD | READ | WRITE;
    private static final int KIND_MASK = 0xffff;
    private static final int ACCESS_SHIFT = 16;

    private static final int INSTRUCTION = 8;

    private final List<Instruction> code = new ArrayList<>();

    private record Instruction(int operation, int to, int from, int offset, int constant) {}

    private DeviceProgram() {}

    /** The program's instructions as bpf(2) takes them. */
    static byte[] of(DeviceRules rules) {
        var program = new DeviceProgram();
        program.readContext();
        rules.rules().reversed().forEach(program::decide);
        program.answer(rules.allowedAtFirst());
        return program.bytes();
    }

    private void readContext() {
        add(LOAD_WORD, KIND, SCRATCH, 0, 0);
        add(COPY_32, ACCESS, KIND, 0, 0);
        add(AND_32, KIND, 0, 0, KIND_MASK);
        add(SHIFT_RIGHT_32, ACCESS, 0, 0, ACCESS_SHIFT);
        add(LOAD_WORD, MAJOR, SCRATCH, 4, 0);
        add(LOAD_WORD, MINOR, SCRATCH, 8, 0);
    }

    private void decide(DeviceRules.Rule rule) {
        var conditions = new ArrayList<Instruction>();
        int kind = switch (rule.kind()) {
            case ALL -> 0;
            case BLOCK -> BLOCK;
            case CHARACTER -> CHARACTER;
        };
        if (kind != 0) {
            conditions.add(new Instruction(JUMP_IF_NOT_EQUAL, KIND, 0, 0, kind));
        }
        rule.major().ifPresent(major -> conditions.add(new Instruction(JUMP_IF_NOT_EQUAL, MAJOR, 0, 0, major)));
        rule.minor().ifPresent(minor -> conditions.add(new Instruction(JUMP_IF_NOT_EQUAL, MINOR, 0, 0, minor)));
        var body = new DeviceProgram();
        body.judge(rule.allow(), access(rule.access()));
        int end = conditions.size() + body.code.size();
        for (int at = 0; at < conditions.size(); at++) {
            Instruction jump = conditions.get(at);
            add(jump.operation(), jump.to(), 0, end - at - 1, jump.constant());
        }
        code.addAll(body.code);
    }

    private void judge(boolean allow, int access) {
        if (access == ALL) {
            answer(allow);
        } else if (allow) {
            add(AND_32, ACCESS, 0, 0, ~access);
            add(JUMP_IF_NOT_EQUAL, ACCESS, 0, 2, 0);
            answer(true);
        } else {
            add(COPY_32, SCRATCH, ACCESS, 0, 0);
            add(AND_32, SCRATCH, 0, 0, access);
            add(JUMP_IF_EQUAL, SCRATCH, 0, 2, 0);
            answer(false);
        }
    }

    private static int access(String letters) {
        return (letters.contains("m") ? MKNOD : 0)
                | (letters.contains("r") ? READ : 0)
                | (letters.contains("w") ? WRITE : 0);
    }

    private void answer(boolean allow) {
        add(SET, ANSWER, 0, 0, allow ? 1 : 0);
        add(EXIT, 0, 0, 0, 0);
    }

    private void add(int operation, int to, int from, int offset, int constant) {
        code.add(new Instruction(operation, to, from, offset, constant));
    }

    /** {@code struct bpf_insn}; its two registers share a byte, the destination in the low half here. */
    private byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(code.size() * INSTRUCTION).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction each : code) {
            bytes.put((byte) each.operation())
                    .put((byte) (each.from() << 4 | each.to()))
                    .putShort((short) each.offset())
                    .putInt(each.constant());
        }
        return bytes.array();
    }
}
