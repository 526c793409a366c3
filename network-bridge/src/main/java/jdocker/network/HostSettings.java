package jdocker.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** /proc/sys/net of the calling thread's network namespace. */
final class HostSettings {
    private static final Path NET = Path.of("/proc/sys/net");

    private HostSettings() {}

    /** Empty where there is no such setting: IPv6 may be off altogether, a module not loaded. */
    static Optional<String> read(String name) {
        try {
            return Optional.of(Files.readString(path(name)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Sets what isn't so already; a warning where that can't be done. No such setting is no error. */
    static Optional<String> set(String name, String value) {
        Optional<String> now = read(name);
        if (now.isEmpty() || now.get().equals(value)) {
            return Optional.empty();
        }
        try {
            Files.writeString(path(name), value);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("net." + name.replace('/', '.') + " stays " + now.get() + " and should be " + value
                    + ": " + e.getMessage());
        }
    }

    /** @param name below net, with slashes, since names of interfaces may have dots */
    private static Path path(String name) {
        return NET.resolve(name);
    }
}
