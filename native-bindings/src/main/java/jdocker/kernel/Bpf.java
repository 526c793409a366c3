package jdocker.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import jdocker.kernel.SeccompProgram.Abi;
import org.jspecify.annotations.Nullable;

/**
 * A piece of classic BPF in front of libseccomp's: calls with a number above the newest known one answer ENOSYS, all
 * others go on to the filter, which begins by loading what it needs. Jumps are relative, so the filter stays as it is.
 */
final class Bpf {
    /** {@code struct sock_filter}: code, jump if true, jump if false, constant. */
    static final int INSTRUCTION = 8;

    private static final int LOAD = 0x20;
    private static final int JUMP = 0x05;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_GREATER = 0x25;
    private static final int JUMP_GREATER_OR_EQUAL = 0x35;
    private static final int RETURN = 0x06;
    /** Places in {@code struct seccomp_data}. */
    private static final int NUMBER = 0;

    private static final int ARCHITECTURE = 4;
    private static final int X32_BIT = 0x4000_0000;
    private static final int LONGEST_BLOCK = 8;

    private Bpf() {}

    static byte[] join(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    static byte[] enosysAbove(Map<Abi, Integer> newest) {
        Map<Abi, byte[]> blocks = new EnumMap<>(Abi.class);
        int total = 0;
        // From the last to the first, because each must know how far it is to the end.
        for (Abi abi : Abi.values()) {
            Integer last = newest.get(abi);
            if (last != null && abi != Abi.X32) {
                byte[] block = abi == Abi.X86_64 ? x8664(last, newest.get(Abi.X32), total) : block(abi, last, total);
                total += block.length / INSTRUCTION;
                blocks.put(abi, block);
            }
        }
        byte[] program =
                instructions(1).putInstruction(LOAD, 0, 0, ARCHITECTURE).bytes();
        for (byte[] block : blocks.values().stream().toList().reversed()) {
            program = join(program, block);
        }
        return program;
    }

    private static byte[] block(Abi abi, int newest, int after) {
        return instructions(5)
                .putInstruction(JUMP_EQUAL, 0, 4, abi.token())
                .putInstruction(LOAD, 0, 0, NUMBER)
                .putInstruction(JUMP_GREATER, 1, 0, newest)
                .putInstruction(JUMP, 0, 0, 1 + after)
                .putInstruction(RETURN, 0, 0, enosys())
                .bytes();
    }

    /** x32 calls have the same architecture and a bit in the number; without rules for them the filter judges. */
    private static byte[] x8664(int newest, @Nullable Integer newestX32, int after) {
        if (newestX32 == null) {
            return instructions(6)
                    .putInstruction(JUMP_EQUAL, 0, 5, Abi.X86_64.token())
                    .putInstruction(LOAD, 0, 0, NUMBER)
                    .putInstruction(JUMP_GREATER_OR_EQUAL, 1, 0, X32_BIT)
                    .putInstruction(JUMP_GREATER, 1, 0, newest)
                    .putInstruction(JUMP, 0, 0, 1 + after)
                    .putInstruction(RETURN, 0, 0, enosys())
                    .bytes();
        }
        return instructions(LONGEST_BLOCK)
                .putInstruction(JUMP_EQUAL, 0, 7, Abi.X86_64.token())
                .putInstruction(LOAD, 0, 0, NUMBER)
                .putInstruction(JUMP_GREATER_OR_EQUAL, 0, 2, X32_BIT)
                .putInstruction(JUMP_GREATER, 3, 0, newestX32 | X32_BIT)
                .putInstruction(JUMP, 0, 0, 3 + after)
                .putInstruction(JUMP_GREATER, 1, 0, newest)
                .putInstruction(JUMP, 0, 0, 1 + after)
                .putInstruction(RETURN, 0, 0, enosys())
                .bytes();
    }

    private static int enosys() {
        return SeccompProgram.Action.errno(Errno.ENOSYS).bits();
    }

    private static Instructions instructions(int count) {
        return new Instructions(new byte[count * INSTRUCTION]);
    }

    private static final class Instructions {
        private final byte[] bytes;
        private final ByteBuffer code;

        Instructions(byte[] bytes) {
            this.bytes = bytes;
            this.code = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        }

        Instructions putInstruction(int operation, int ifTrue, int ifFalse, int constant) {
            code.putShort((short) operation)
                    .put((byte) ifTrue)
                    .put((byte) ifFalse)
                    .putInt(constant);
            return this;
        }

        byte[] bytes() {
            return bytes;
        }
    }
}
