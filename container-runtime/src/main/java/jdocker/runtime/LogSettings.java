package jdocker.runtime;

import java.util.Optional;

/**
 * Where and how the shim writes a container's output.
 *
 * @param path absolute path of the log; its base name is at most 240 bytes
 * @param maxSize bytes after which the file is rotated, 0 for never
 * @param maxFiles how many files are kept, the current one included; at least 1
 * @param attributes JSON object that each record repeats as {@code attrs}
 */
record LogSettings(String path, long maxSize, int maxFiles, Optional<String> attributes) {
    LogSettings {
        if (!path.startsWith("/") || maxSize < 0 || maxFiles < 1) {
            throw new IllegalArgumentException("bad log settings for " + path);
        }
    }
}
