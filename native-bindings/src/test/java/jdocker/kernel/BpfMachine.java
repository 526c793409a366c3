package jdocker.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a filter as the kernel does, so that a test can ask about calls of any architecture. */
final class BpfMachine {
    private final byte[] program;

    BpfMachine(byte[] program) {
        this.program = program;
    }

    /** {@code SECCOMP_RET_*} for a call. */
    int judge(int architecture, int number, long... arguments) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        data.putInt(number).putInt(architecture).putLong(0);
        for (long argument : arguments) {
            data.putLong(argument);
        }
        ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
        int accumulator = 0;
        int at = 0;
        while (true) {
            int operation = code.getShort(at) & 0xffff;
            int ifTrue = code.get(at + 2) & 0xff;
            int ifFalse = code.get(at + 3) & 0xff;
            int constant = code.getInt(at + 4);
            int jump = 0;
            switch (operation) {
                case 0x20 -> accumulator = data.getInt(constant);
                case 0x54 -> accumulator &= constant;
                case 0x05 -> jump = constant;
                case 0x15 -> jump = accumulator == constant ? ifTrue : ifFalse;
                case 0x25 -> jump = Integer.compareUnsigned(accumulator, constant) > 0 ? ifTrue : ifFalse;
                case 0x35 -> jump = Integer.compareUnsigned(accumulator, constant) >= 0 ? ifTrue : ifFalse;
                case 0x45 -> jump = (accumulator & constant) != 0 ? ifTrue : ifFalse;
                case 0x06 -> {
                    return constant;
                }
                default -> throw new IllegalStateException("operation " + Integer.toHexString(operation));
            }
            at += 8 * (1 + jump);
        }
    }
}
