package jdocker.daemon.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every setting of the daemon: what was given by flag or file, or its default. */
public record DaemonConfig(
        Roots roots,
        Service service,
        LogSettings log,
        ContainerDefaults containers,
        NameServers dns,
        Proxies proxies,
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
     * @param cgroupParent an absolute path below the cgroup mounts
     * @param logOptions those of the log driver, rotation included
     * @param shmSize bytes of /dev/shm
     * @param ipcMode {@code private} or {@code shareable}
     * @param cgroupnsMode {@code private} or {@code host}
     * @param seccompProfile {@code builtin}, {@code unconfined} or the path of a profile
     */
    public record ContainerDefaults(
            String cgroupParent,
            String logDriver,
            Map<String, String> logOptions,
            long shmSize,
            String ipcMode,
            String cgroupnsMode,
            boolean init,
            boolean noNewPrivileges,
            String seccompProfile,
            Map<String, Ulimit> ulimits) {}

    /** A resource limit; -1 is unlimited. */
    public record Ulimit(long soft, long hard) {}

    public record NameServers(List<String> servers, List<String> search, List<String> options) {}

    public record Proxies(String http, String https, String none) {}

    /** A place to listen on. */
    public sealed interface Host {
        record Unix(Path path) implements Host {}

        /** Sockets that systemd opened: all of them, or one by its number. */
        record Activated(Optional<Integer> descriptor) implements Host {}
    }
}
