package jdocker.kernel;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** File names are bytes; these turn them into text for messages and back. */
final class Names {
    private Names() {}

    static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    /** For messages: control characters escaped, malformed UTF-8 replaced. */
    static String printable(byte[] name) {
        String text = new String(name, StandardCharsets.UTF_8);
        StringBuilder safe = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (Character.isISOControl(c)) {
                safe.append(String.format("\\x%02x", c));
            } else {
                safe.append((char) c);
            }
        });
        return safe.toString();
    }

    /** A name beneath a descriptor, as messages show it. */
    static String in(@Nullable Fd directory, byte[] name) {
        String text = printable(name);
        if (directory == null || text.startsWith("/")) {
            return text;
        }
        return "fd " + directory + "/" + text;
    }

    /** The magic link to an open descriptor: the way to name it to calls that take only paths. */
    static byte[] of(Fd fd) {
        return bytes("/proc/self/fd/" + fd.number());
    }

    static byte[] beneath(Fd directory, byte[] name) {
        byte[] prefix = bytes("/proc/self/fd/" + directory.number() + "/");
        byte[] path = new byte[prefix.length + name.length];
        System.arraycopy(prefix, 0, path, 0, prefix.length);
        System.arraycopy(name, 0, path, prefix.length, name.length);
        return path;
    }
}
