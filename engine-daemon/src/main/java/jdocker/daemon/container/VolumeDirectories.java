package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Volumes as plain directories {@code volumes/<name>/_data}; those without a name get 64 hexadecimal digits. */
final class VolumeDirectories {
    private final Path root;
    private final RandomGenerator random;

    VolumeDirectories(Path root, RandomGenerator random) {
        this.root = root;
        this.random = random;
    }

    String newName() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Whether it looks like a name that was drawn. */
    static boolean isDrawn(String name) {
        return name.length() == 64 && name.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    Path data(String name) {
        return root.resolve(name).resolve("_data");
    }

    /** Makes the volume if it is not there. Returns whether it was made. */
    boolean create(String name) {
        try {
            Files.createDirectories(root);
            boolean made = makeDirectory(root.resolve(name));
            makeDirectory(data(name));
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make volume " + name, e);
        }
    }

    private static boolean makeDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    void delete(String name) {
        try {
            deleteTree(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove volume " + name, e);
        }
    }

    /** Removes a tree without following links. */
    static void deleteTree(Path top) throws IOException {
        if (!Files.exists(top, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
