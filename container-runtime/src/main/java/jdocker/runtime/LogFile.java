package jdocker.runtime;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The log that the shim writes, in Docker's json-file format.
 *
 * @param maxSize bytes after which it is rotated, 0 for never
 * @param maxFiles how many files are kept, the current one included; at least 1
 * @param attributes JSON object that each record repeats as {@code attrs}
 */
public record LogFile(Path path, long maxSize, int maxFiles, Optional<String> attributes) {}
