package jdocker.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.FileSystem;
import jdocker.kernel.Kernel;
import jdocker.kernel.Mount;
import jdocker.kernel.MountFlag;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.UnmountFlag;

/** The directory in which namespaces are kept by binds; a private mount, so that no other mount namespace keeps them too. */
final class NamespaceFiles {
    private static final int NAME_LENGTH = 12;

    private final Kernel kernel;
    private final Path directory;
    private boolean isPrivate;

    NamespaceFiles(Kernel kernel, Path directory) {
        this.kernel = kernel;
        this.directory = directory;
    }

    Path path(String id) {
        return directory.resolve(id.substring(0, Math.min(id.length(), NAME_LENGTH)));
    }

    void keep(String id, Fd namespace) {
        prepare();
        kernel.namespaces().bind(namespace, path(id).toString());
    }

    /** Empty where nothing is kept. */
    Optional<Fd> open(String id) {
        Path path = path(id);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        Fd fd = kernel.files().open(path.toString(), OpenFlag.READ_ONLY);
        if (kernel.files().fsMagic(fd) == FileSystem.NSFS.magic()) {
            return Optional.of(fd);
        }
        fd.close(); // the file without the mount: the host was started anew
        return Optional.empty();
    }

    void release(String id) {
        release(path(id));
    }

    private void release(Path path) {
        while (kernel.mounts().unmountIfMounted(path.toString(), UnmountFlag.DETACH)) {
            // until nothing is left of it
        }
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + path, e);
        }
    }

    /** Lets go of all but these; the names of those. */
    List<String> releaseOthers(List<String> ids) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        prepare();
        List<Path> wanted = ids.stream().map(this::path).toList();
        List<String> released = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (!wanted.contains(file)) {
                    release(file);
                    released.add(file.getFileName().toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory, e);
        }
        return released;
    }

    private synchronized void prepare() {
        if (isPrivate) {
            return;
        }
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!isMountPoint()) {
                kernel.mounts().mount(Mount.bind(directory.toString(), directory.toString()));
                kernel.mounts().mount(Mount.propagation(directory.toString(), MountFlag.PRIVATE));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
        isPrivate = true;
    }

    private boolean isMountPoint() throws IOException {
        String target = directory.toRealPath().toString();
        return Files.readAllLines(Path.of("/proc/thread-self/mountinfo")).stream()
                .anyMatch(line -> line.split(" ", 6)[4].equals(target));
    }
}
