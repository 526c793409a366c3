package jdocker.image;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How registries are reached.
 *
 * @param mirrors asked before the registry itself, in this order
 * @param insecure {@code host[:port]} or {@code address/prefix}: plain HTTP and unknown certificates are fine there
 * @param certificates folders with {@code <host[:port]>/*.crt}, {@code *.cert} and {@code *.key}; the first that has a
 *     folder for the host counts
 * @param attempts how often a request is tried
 * @param stall a connection that brings next to nothing for so long is given up and made again
 */
public record RegistrySettings(
        List<Mirror> mirrors,
        List<String> insecure,
        List<Path> certificates,
        RegistryProxies proxies,
        int attempts,
        Duration stall,
        String userAgent) {
    public static final RegistrySettings DEFAULT = new RegistrySettings(
            List.of(),
            List.of(),
            List.of(Path.of("/etc/jdocker/certs.d"), Path.of("/etc/docker/certs.d")),
            RegistryProxies.NONE,
            5,
            Duration.ofSeconds(30),
            "jdocker");

    public RegistrySettings {
        mirrors = List.copyOf(mirrors);
        insecure = List.copyOf(insecure);
        certificates = List.copyOf(certificates);
    }

    /** @param registry whose images it has, such as {@code docker.io}; {@code *} for all */
    public record Mirror(String registry, URI address) {}
}
