package jdocker.daemon.container;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import jdocker.daemon.error.EngineException.InvalidRequest;

/**
 * Watches a terminal's input for the keys that end an attach. What might be their beginning is held back and passed on
 * as soon as it turns out not to be.
 */
final class DetachKeys {
    private static final String DEFAULT = "ctrl-p,ctrl-q";
    private static final String CONTROL_MARKS = "@abcdefghijklmnopqrstuvwxyz[\\]^_";

    private final byte[] keys;
    private int matched;

    private DetachKeys(byte[] keys) {
        this.keys = keys;
    }

    /**
     * Reads {@code ctrl-p,ctrl-q} or {@code a,ctrl-b}; empty text is the default.
     *
     * @throws InvalidRequest when a part is neither one character nor {@code ctrl-} and one of {@code @a-z[\]^_}
     */
    static DetachKeys parse(String text) {
        var keys = new ByteArrayOutputStream();
        for (String part : (text.isEmpty() ? DEFAULT : text).split(",", -1)) {
            int mark = part.length() == 6 && part.startsWith("ctrl-") ? CONTROL_MARKS.indexOf(part.charAt(5)) : -1;
            if (mark >= 0) {
                keys.write(mark);
            } else if (part.length() == 1 && part.charAt(0) < 128) {
                keys.write(part.charAt(0));
            } else {
                throw new InvalidRequest("Invalid detach keys (" + text + ") provided");
            }
        }
        return new DetachKeys(keys.toByteArray());
    }

    /** What may go on to the container, and whether the keys are complete; what follows them is dropped. */
    record Filtered(ByteBuf passed, boolean detached) {}

    /** Takes over the input, hands over what is passed. */
    Filtered filter(ByteBuf input) {
        ByteBuf passed = input.alloc().buffer(input.readableBytes() + keys.length);
        try {
            while (input.isReadable()) {
                byte b = input.readByte();
                if (b == keys[matched]) {
                    if (++matched == keys.length) {
                        matched = 0;
                        return new Filtered(passed, true);
                    }
                } else {
                    passed.writeBytes(keys, 0, matched);
                    matched = b == keys[0] ? 1 : 0;
                    if (matched == 0) {
                        passed.writeByte(b);
                    }
                }
            }
            return new Filtered(passed, false);
        } finally {
            input.release();
        }
    }
}
