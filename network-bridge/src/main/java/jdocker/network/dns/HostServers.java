package jdocker.network.dns;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers in the host's {@code resolv.conf}, which DHCP, VPNs and people change at any time: looked at again before a
 * question, at most once a second. For the event loop alone; the file is small and local.
 */
final class HostServers {
    private static final Logger log = LoggerFactory.getLogger(HostServers.class);
    private static final long LOOK_EVERY = Duration.ofSeconds(1).toNanos();
    private static final int LARGEST = 64 * 1024;

    /** Whom the C library asks where nobody is named. */
    private static final InetAddress LOCAL = Inet4Address.ofLiteral("127.0.0.1");

    private final Path file;
    private final int port;
    private final Runnable changed;
    private long lookedAt;
    private @Nullable Seen seen;
    private List<InetSocketAddress> servers = List.of();

    private record Seen(Object key, long size, long modified) {}

    /** @param changed is told when the servers are others than before */
    HostServers(Path file, int port, Runnable changed) {
        this.file = file;
        this.port = port;
        this.changed = changed;
    }

    List<InetSocketAddress> servers(long now) {
        if (seen == null || now - lookedAt >= LOOK_EVERY) {
            lookedAt = now;
            look();
        }
        return servers;
    }

    private void look() {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Seen there = new Seen(
                    String.valueOf(attributes.fileKey()),
                    attributes.size(),
                    attributes.lastModifiedTime().toMillis());
            if (!there.equals(seen)) {
                seen = there;
                take(attributes.size() > LARGEST ? "" : Files.readString(file));
            }
        } catch (IOException e) {
            // A file that is being replaced, or that there never was: nobody is named.
            if (seen == null || seen.size() >= 0) {
                seen = new Seen(String.valueOf(e.getMessage()), -1, -1);
                take("");
            }
        }
    }

    private void take(String text) {
        List<InetAddress> named = ResolvConf.parse(text).nameservers();
        List<InetSocketAddress> fresh = (named.isEmpty() ? List.of(LOCAL) : named)
                .stream().map(server -> new InetSocketAddress(server, port)).toList();
        if (!fresh.equals(servers)) {
            servers = fresh;
            log.info("names outside are asked for at {}, as {} says", fresh, file);
            changed.run();
        }
    }
}
