package jdocker.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The little that a plan has to know of the host's files beforehand; if it changes meanwhile, the mount fails. */
final class HostFiles {
    private HostFiles() {}

    /** Whether a bind needs a directory to be mounted on. */
    static boolean isDirectory(@Nullable String source) {
        return source != null && Files.isDirectory(Path.of(source));
    }
}
