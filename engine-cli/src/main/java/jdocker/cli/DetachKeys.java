package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The keys that leave a container without ending it: by default ctrl-p ctrl-q. Watches the bytes typed. */
final class DetachKeys {
    private static final byte[] USUAL = {16, 17};

    private final byte[] keys;
    private int matched;

    private DetachKeys(byte[] keys) {
        this.keys = keys;
    }

    /** @param text such as {@code ctrl-p,ctrl-q} or {@code ctrl-a,a}; empty for the usual keys */
    static DetachKeys parse(String text) {
        if (text.isEmpty()) {
            return new DetachKeys(USUAL);
        }
        List<Byte> codes = new ArrayList<>();
        for (String key : text.split(",", -1)) {
            codes.add(code(key));
        }
        byte[] keys = new byte[codes.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = codes.get(i);
        }
        return new DetachKeys(keys);
    }

    private static byte code(String key) {
        if (key.length() == 1) {
            return (byte) key.charAt(0);
        }
        String lower = key.toLowerCase(Locale.ROOT);
        if (lower.startsWith("ctrl-") && lower.length() == 6) {
            char letter = lower.charAt(5);
            if (letter >= 'a' && letter <= 'z') {
                return (byte) (letter - 'a' + 1);
            }
            int symbol = "[\\]^_".indexOf(letter);
            if (symbol >= 0) {
                return (byte) (27 + symbol);
            }
            if (letter == '@') {
                return 0;
            }
        }
        throw new CliError("invalid detach keys: Unknown character: '" + key + "'");
    }

    /**
     * Takes what was typed and gives back what is for the container: the beginning of the sequence is held until it is
     * clear what it becomes. Null when the sequence is complete.
     */
    byte @org.jspecify.annotations.Nullable [] filter(byte[] typed, int length) {
        byte[] out = new byte[matched + length];
        int count = 0;
        for (int i = 0; i < length; i++) {
            if (typed[i] == keys[matched]) {
                matched++;
                if (matched == keys.length) {
                    matched = 0;
                    return null;
                }
                continue;
            }
            System.arraycopy(keys, 0, out, count, matched);
            count += matched;
            matched = typed[i] == keys[0] ? 1 : 0;
            if (matched == 0) {
                out[count++] = typed[i];
            }
        }
        return java.util.Arrays.copyOf(out, count);
    }
}
