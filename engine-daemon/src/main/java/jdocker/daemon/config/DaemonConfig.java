package jdocker.daemon.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.network.address.AddressBlock;
import jdocker.network.address.AddressPools;
import jdocker.network.address.HostAddress;
import jdocker.network.address.IpAddress;

/** Every setting of the daemon: what was given by flag or file, or its default. */
public record DaemonConfig(
        Roots roots,
        Service service,
        LogSettings log,
        ContainerDefaults containers,
        NameServers dns,
        Networks networks,
        Proxies proxies,
        Registries registries,
        List<String> notes) {

    /**
     * @param data {@code /var/lib/jdocker}: what outlives a reboot
     * @param exec {@code /run/jdocker}: what does not
     */
    public record Roots(Path data, Path exec) {}

    /**
     * @param hosts where to listen
     * @param group the group of unix sockets, by name or number
     * @param liveRestore whether containers go on when the daemon stops
     * @param shutdownTimeout for stopping containers when they do not
     */
    public record Service(
            List<Host> hosts,
            String group,
            Path pidFile,
            boolean liveRestore,
            Duration shutdownTimeout,
            List<String> labels,
            boolean experimental,
            Map<String, Boolean> features,
            Optional<Integer> oomScoreAdjust) {}

    /** The daemon's own log. */
    public record LogSettings(LogLevel level, boolean json) {
        public boolean debug() {
            return level == LogLevel.DEBUG;
        }
    }

    public enum LogLevel {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /**
     * What containers get that do not say otherwise.
     *
     * @param cgroupParent an absolute path below the cgroup mounts, or a slice; empty for the driver's default
     * @param cgroupDriver who makes cgroups; empty for whoever suits the host
     * @param logOptions those of the log driver, rotation included
     * @param shmSize bytes of /dev/shm
     * @param ipcMode {@code private} or {@code shareable}
     * @param cgroupnsMode {@code private} or {@code host}
     * @param seccompProfile {@code builtin}, {@code unconfined} or the path of a profile
     */
    public record ContainerDefaults(
            String cgroupParent,
            Optional<CgroupDriver> cgroupDriver,
            String logDriver,
            Map<String, String> logOptions,
            long shmSize,
            String ipcMode,
            String cgroupnsMode,
            boolean init,
            boolean noNewPrivileges,
            String seccompProfile,
            Map<String, Ulimit> ulimits) {}

    /** Who makes cgroups: we ourselves, or systemd when told to. */
    public enum CgroupDriver {
        CGROUPFS,
        SYSTEMD
    }

    /** A resource limit; -1 is unlimited. */
    public record Ulimit(long soft, long hard) {}

    public record NameServers(List<String> servers, List<String> search, List<String> options) {}

    /**
     * @param bridge an existing bridge for the default network, {@code none} for no such network, empty for our own
     * @param bip the default bridge's own address; bip6 likewise
     * @param fixedCidr the part of the default bridge's subnet that containers get addresses from
     * @param mtu in bytes; 0 the kernel's
     * @param publishAddress where ports are published that name no address
     * @param pools where networks that name no subnet get theirs; empty for the engine's own choice
     * @param hostGateways what {@code host-gateway} stands for; empty for the default bridge's address
     * @param defaultOptions options of new networks, by driver
     */
    public record Networks(
            String bridge,
            Optional<HostAddress> bip,
            Optional<HostAddress> bip6,
            Optional<AddressBlock> fixedCidr,
            Optional<AddressBlock> fixedCidrV6,
            Optional<IpAddress> defaultGateway,
            Optional<IpAddress> defaultGatewayV6,
            int mtu,
            boolean icc,
            boolean ipv6,
            boolean masquerade,
            Optional<IpAddress> publishAddress,
            Kernel kernel,
            List<AddressPools.Pool> pools,
            List<IpAddress> hostGateways,
            Map<String, Map<String, String>> defaultOptions) {

        /** What may be done to the host's settings and rules. */
        public record Kernel(
                boolean ipForward,
                boolean forwardDrop,
                boolean iptables,
                boolean ip6tables,
                boolean userlandProxy,
                boolean allowDirectRouting) {}
    }

    public record Proxies(String http, String https, String none) {}

    /**
     * How registries are treated.
     *
     * @param mirrors each {@code REGISTRY=URL}
     * @param insecure {@code HOST[:PORT]} or CIDR where plain HTTP is fine
     * @param nondistributable registries that get layers which only their maker may hand out
     * @param downloads how many layers are fetched at a time
     * @param attempts how often a request is tried
     * @param keepBlobs whether packed layers stay once they are unpacked
     * @param highWatermark percent of the disk in use from which images make room; 0 for never
     * @param lowWatermark where that stops
     */
    public record Registries(
            List<String> mirrors,
            List<String> insecure,
            List<String> nondistributable,
            int downloads,
            int uploads,
            int attempts,
            boolean keepBlobs,
            int highWatermark,
            int lowWatermark) {}

    /** A place to listen on. */
    public sealed interface Host {
        record Unix(Path path) implements Host {}

        /** Sockets that systemd opened: all of them, or one by its number. */
        record Activated(Optional<Integer> descriptor) implements Host {}
    }
}
