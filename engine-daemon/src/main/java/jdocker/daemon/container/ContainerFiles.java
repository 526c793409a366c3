package jdocker.daemon.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdocker.daemon.network.ContainerSandbox;

/** A container's own directory: the log, and the files of /etc that the engine makes. */
final class ContainerFiles {
    private static final int LONGEST = 1 << 20;
    private final Path root;
    private final EtcFiles etc;

    /**
     * @param root {@code <data-root>/containers}
     */
    ContainerFiles(Path root, EtcFiles etc) {
        this.root = root;
        this.etc = etc;
    }

    Path directory(String id) {
        return root.resolve(id);
    }

    Path log(String id) {
        return directory(id).resolve(id + "-json.log");
    }

    Path hosts(String id) {
        return directory(id).resolve("hosts");
    }

    Path hostname(String id) {
        return directory(id).resolve("hostname");
    }

    Path resolvConf(String id) {
        return directory(id).resolve("resolv.conf");
    }

    /** Ids of all containers that have a directory. */
    Set<String> ids() {
        if (!Files.isDirectory(root)) {
            return Set.of();
        }
        try (Stream<Path> all = Files.list(root)) {
            return all.map(p -> p.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + root, e);
        }
    }

    /** Makes the directory and what is in it before the first start; again if something has been lost. */
    void create(Container c) {
        try {
            Files.createDirectories(root);
            Path directory = directory(c.id());
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x---")));
            }
            write(hostname(c.id()), hostnameText(c));
            write(hosts(c.id()), etc.hosts(c, Optional.empty(), List.of()));
            write(resolvConf(c.id()), etc.resolvConf(c, false));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the files of container " + c.id(), e);
        }
    }

    /** False when {@link #create} has to be called again before a start: something has gone, or a power cut emptied it. */
    boolean complete(String id) {
        return Files.exists(resolvConf(id))
                && hosts(id).toFile().length() > 0
                && hostname(id).toFile().length() > 0;
    }

    void delete(String id) {
        try {
            VolumeDirectories.deleteTree(directory(id));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the files of container " + id, e);
        }
    }

    // Not emptied first: ext4 would write such a file to the disk at once, and a start would wait for its journal.
    private static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        if (holds(file, bytes)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.truncate(bytes.length);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    // By its length first: the container may have made it as long as it likes.
    private static boolean holds(Path file, byte[] bytes) throws IOException {
        return Files.exists(file)
                && Files.size(file) == bytes.length
                && read(file).filter(content -> Arrays.equals(content, bytes)).isPresent();
    }

    /** Empty for what is too long to be such a file: the container writes to it as it likes. */
    private static Optional<byte[]> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes(LONGEST + 1);
            return content.length > LONGEST ? Optional.empty() : Optional.of(content);
        }
    }

    /** Its bytes as characters of as many: what the container has written may be in no encoding at all. */
    private static Optional<String> lines(Path file) throws IOException {
        return read(file).map(content -> new String(content, StandardCharsets.ISO_8859_1));
    }

    private static String asRead(String line) {
        return new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String hostnameText(Container c) {
        return c.hostname() + "\n";
    }

    static String hostName() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    }

    /** Writes what a start knows: the container's addresses and whom it asks for names. */
    void writeNetwork(Container c, Optional<ContainerSandbox> sandbox, List<String> links, boolean resolver) {
        try {
            write(hosts(c.id()), etc.hosts(c, sandbox, links));
            write(resolvConf(c.id()), etc.resolvConf(c, resolver));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the hosts and resolv.conf of container " + c.id(), e);
        }
    }

    /** The name servers of a container's own, or of all containers. */
    List<String> servers(Container c) {
        return etc.servers(c.hostConfig());
    }

    /** Whether the host has name servers that its containers can reach. */
    boolean hasServersForContainers() {
        try {
            return etc.hasServersForContainers();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the host's resolv.conf", e);
        }
    }

    /** Lines come and go with networks while a container runs; what else is in the file is the container's. */
    void changeHosts(String id, List<String> added, List<String> removed) {
        try {
            Optional<String> before = lines(hosts(id));
            if (before.isPresent()) {
                var text = new StringBuilder();
                List<String> going =
                        removed.stream().map(ContainerFiles::asRead).toList();
                for (String line : before.get().split("(?<=\n)")) {
                    if (!going.contains(line)) {
                        text.append(line);
                    }
                }
                added.forEach(line -> text.append(asRead(line)));
                write(hosts(id), text.toString().getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot change the hosts of container " + id, e);
        }
    }

    /** The line of a link, whose alias is the first name in it. */
    void removeLink(String id, String alias) {
        try {
            List<String> lines = lines(hosts(id))
                    .orElse("")
                    .lines()
                    .filter(line -> line.matches("[0-9.]+\t" + Pattern.quote(alias) + "( .*)?"))
                    .map(line -> line + "\n")
                    .toList();
            changeHosts(id, List.of(), lines);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot change the hosts of container " + id, e);
        }
    }

    /** Whom a running container asks may change with its networks; a file that it has edited stays as it is. */
    void changeResolver(Container c, boolean before, boolean after) {
        try {
            if (before != after && lines(resolvConf(c.id())).equals(Optional.of(asRead(etc.resolvConf(c, before))))) {
                write(resolvConf(c.id()), etc.resolvConf(c, after));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot change the resolv.conf of container " + c.id(), e);
        }
    }
}
