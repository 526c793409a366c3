package jdocker.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jdocker.kernel.AtomicFile;
import jdocker.oci.Digest;
import jdocker.oci.Json;
import jdocker.oci.LinuxSeccomp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled filters in files, because compiling one takes many times as long as a start. A file's name is the digest of
 * what it was compiled from, the compiler's version included; its content ends with a digest of itself.
 */
final class FilterFiles {
    private static final Logger log = LoggerFactory.getLogger(FilterFiles.class);
    private static final int INSTRUCTION_SIZE = 8;
    private static final int CHECK_SIZE = 32;
    private static final String FORMAT = "1";
    private static final List<String> LIBRARY_FOLDERS = List.of(
            "/lib/x86_64-linux-gnu",
            "/usr/lib/x86_64-linux-gnu",
            "/lib/aarch64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/lib64",
            "/usr/lib64",
            "/lib",
            "/usr/lib");

    private final Path directory;
    private final String compiler;

    private FilterFiles(Path directory, String compiler) {
        this.directory = directory;
        this.compiler = compiler;
    }

    /** Empty where it cannot be told which library compiles, because a newer one knows more calls. */
    static Optional<FilterFiles> in(Path directory) {
        return compiler().map(version -> new FilterFiles(directory, version));
    }

    Optional<byte[]> read(LinuxSeccomp filter) {
        byte[] content;
        try {
            content = Files.readAllBytes(file(filter));
        } catch (IOException e) {
            return Optional.empty();
        }
        int length = content.length - CHECK_SIZE;
        if (length <= 0 || length % INSTRUCTION_SIZE != 0) {
            return Optional.empty();
        }
        byte[] program = Arrays.copyOf(content, length);
        byte[] check = Arrays.copyOfRange(content, length, content.length);
        return Arrays.equals(Digest.Algorithm.SHA256.hash().digest(program), check)
                ? Optional.of(program)
                : Optional.empty();
    }

    /** Without it the next daemon compiles again: no reason to fail. */
    void write(LinuxSeccomp filter, byte[] program) {
        byte[] content = Arrays.copyOf(program, program.length + CHECK_SIZE);
        byte[] check = Digest.Algorithm.SHA256.hash().digest(program);
        System.arraycopy(check, 0, content, program.length, CHECK_SIZE);
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            AtomicFile.write(file(filter), content);
        } catch (IOException | UncheckedIOException e) {
            log.info("a compiled filter is not kept: {}", e.toString());
        }
    }

    private Path file(LinuxSeccomp filter) {
        var hash = Digest.Algorithm.SHA256.hash();
        hash.update(
                (FORMAT + " " + compiler + " " + System.getProperty("os.arch") + " ").getBytes(StandardCharsets.UTF_8));
        return directory.resolve(
                Digest.ofSha256(hash.digest(Json.write(filter))).hex() + ".bpf");
    }

    /** The library's file with its version, such as {@code libseccomp.so.2.5.4}. */
    private static Optional<String> compiler() {
        try (Stream<String> folders = LIBRARY_FOLDERS.stream()) {
            Optional<Path> library = folders.map(folder -> Path.of(folder, "libseccomp.so.2"))
                    .filter(Files::exists)
                    .findFirst();
            return library.isEmpty()
                    ? Optional.empty()
                    : Optional.of(library.get().toRealPath().getFileName().toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
