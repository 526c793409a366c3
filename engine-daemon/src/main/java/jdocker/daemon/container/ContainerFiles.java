package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A container's own directory: the log, and the files of /etc that the engine makes. */
final class ContainerFiles {
    private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final Path SYSTEMD_RESOLV_CONF = Path.of("/run/systemd/resolve/resolv.conf");

    private final Path root;
    private final Path hostHosts;

    /**
     * @param root {@code <data-root>/containers}
     */
    ContainerFiles(Path root) {
        this(root, Path.of("/etc/hosts"));
    }

    ContainerFiles(Path root, Path hostHosts) {
        this.root = root;
        this.hostHosts = hostHosts;
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
            write(hosts(c.id()), hostsText(c));
            write(resolvConf(c.id()), resolvText(c));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the files of container " + c.id(), e);
        }
    }

    /** Whether {@link #create} has to be called again before a start. */
    boolean complete(String id) {
        return Files.exists(hosts(id)) && Files.exists(hostname(id)) && Files.exists(resolvConf(id));
    }

    void delete(String id) {
        try {
            VolumeDirectories.deleteTree(directory(id));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the files of container " + id, e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(
                file, text, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static String hostnameText(Container c) {
        return c.hostname() + "\n";
    }

    static String hostName() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    }

    private String hostsText(Container c) throws IOException {
        boolean host = c.hostConfig().networkMode().equals("host");
        String text = host ? readable(hostHosts) : """
                127.0.0.1\tlocalhost
                ::1\tlocalhost ip6-localhost ip6-loopback
                fe00::\tip6-localnet
                ff00::\tip6-mcastprefix
                ff02::1\tip6-allnodes
                ff02::2\tip6-allrouters
                """;
        var all = new StringBuilder(text);
        for (String entry : HostConfigRules.listOf(c.hostConfig().extraHosts())) {
            int colon = entry.indexOf(':');
            String address = entry.substring(colon + 1);
            String shown = address.equals("host-gateway")
                    ? InetAddress.getLoopbackAddress().getHostAddress()
                    : address;
            all.append(shown).append('\t').append(entry, 0, colon).append('\n');
        }
        return all.toString();
    }

    private static String resolvText(Container c) throws IOException {
        List<String> servers = c.hostConfig().dns();
        List<String> search = c.hostConfig().dnsSearch();
        List<String> options = c.hostConfig().dnsOptions();
        String host = readable(HOST_RESOLV_CONF);
        if (host.contains("127.0.0.53") && Files.isReadable(SYSTEMD_RESOLV_CONF)) {
            host = readable(SYSTEMD_RESOLV_CONF); // the stub resolver listens on the host's loopback only
        }
        var text = new StringBuilder();
        for (String line : host.split("\n")) {
            boolean replaced = !servers.isEmpty() && line.startsWith("nameserver")
                    || !search.isEmpty() && (line.startsWith("search") || line.startsWith("domain"))
                    || !options.isEmpty() && line.startsWith("options");
            if (!replaced && !line.isBlank()) {
                text.append(line).append('\n');
            }
        }
        servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!search.isEmpty() && !search.equals(List.of("."))) {
            text.append("search ").append(String.join(" ", search)).append('\n');
        }
        if (!options.isEmpty()) {
            text.append("options ").append(String.join(" ", options)).append('\n');
        }
        return text.toString();
    }

    private static String readable(Path file) throws IOException {
        return Files.isReadable(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    }
}
