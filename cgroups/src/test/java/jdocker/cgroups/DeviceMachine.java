package jdocker.cgroups;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs device programs as the kernel would, as far as they use its instructions; anything else is an error. */
final class DeviceMachine {
    private static final int LONGEST = 100_000;

    private final ByteBuffer code;

    DeviceMachine(byte[] program) {
        this.code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean allows(int kind, int major, int minor, int access) {
        int[] context = {access << 16 | kind, major, minor};
        long[] registers = new long[11];
        int at = 0;
        for (int steps = 0; steps < LONGEST; steps++) {
            int operation = Byte.toUnsignedInt(code.get(at * 8));
            int to = code.get(at * 8 + 1) & 15;
            int from = code.get(at * 8 + 1) >> 4 & 15;
            int offset = code.getShort(at * 8 + 2);
            int constant = code.getInt(at * 8 + 4);
            at++;
            switch (operation) {
                case 0x61 -> registers[to] = Integer.toUnsignedLong(context[offset / 4]);
                case 0xb7 -> registers[to] = constant;
                case 0xbc -> registers[to] = Integer.toUnsignedLong((int) registers[from]);
                case 0x54 -> registers[to] = Integer.toUnsignedLong((int) registers[to] & constant);
                case 0x74 -> registers[to] = Integer.toUnsignedLong((int) registers[to] >>> constant);
                case 0x15 -> at += registers[to] == constant ? offset : 0;
                case 0x55 -> at += registers[to] != constant ? offset : 0;
                case 0x95 -> {
                    return registers[0] == 1;
                }
                default -> throw new IllegalStateException("operation " + Integer.toHexString(operation));
            }
        }
        throw new IllegalStateException("no end");
    }
}
