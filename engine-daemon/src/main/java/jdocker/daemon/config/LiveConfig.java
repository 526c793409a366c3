package jdocker.daemon.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The settings as they are now: some can change while the daemon runs. */
public final class LiveConfig implements Supplier<DaemonConfig> {
    private final ConfigReader reader;
    private volatile DaemonConfig current;

    public LiveConfig(ConfigReader reader) throws ConfigException {
        this.reader = reader;
        this.current = reader.read();
    }

    @Override
    public DaemonConfig get() {
        return current;
    }

    /**
     * Reads the file again and takes what can change in a running daemon: the log, labels, features, live restore, the
     * shutdown timeout, proxies, how registries are reached and what new containers get by default.
     *
     * @return what has changed in the file but needs a restart
     * @throws ConfigException when the file is wrong; nothing has changed then
     */
    public List<String> reload() throws ConfigException {
        DaemonConfig old = current;
        DaemonConfig read = reader.read();
        var later = new ArrayList<String>();
        note(later, "data-root, exec-root", old.roots(), read.roots());
        DaemonConfig.Service was = old.service();
        DaemonConfig.Service is = read.service();
        note(later, "hosts", was.hosts(), is.hosts());
        note(later, "group", was.group(), is.group());
        note(later, "pidfile", was.pidFile(), is.pidFile());
        note(later, "experimental", was.experimental(), is.experimental());
        note(later, "oom-score-adjust", was.oomScoreAdjust(), is.oomScoreAdjust());
        DaemonConfig.Registries registries = old.registries();
        note(later, "keep-blobs", registries.keepBlobs(), read.registries().keepBlobs());
        note(
                later,
                "image-gc-high",
                registries.highWatermark(),
                read.registries().highWatermark());
        note(later, "image-gc-low", registries.lowWatermark(), read.registries().lowWatermark());
        note(
                later,
                "cgroup-parent",
                old.containers().cgroupParent(),
                read.containers().cgroupParent());
        note(later, "dns, dns-search, dns-opts", old.dns(), read.dns());
        // What stands on them runs: the default bridge, its containers, the rules.
        note(later, "settings of networks", old.networks(), read.networks());
        note(
                later,
                "exec-opt",
                old.containers().cgroupDriver(),
                read.containers().cgroupDriver());
        current = new DaemonConfig(
                old.roots(),
                new DaemonConfig.Service(
                        was.hosts(),
                        was.group(),
                        was.pidFile(),
                        is.liveRestore(),
                        is.shutdownTimeout(),
                        is.labels(),
                        was.experimental(),
                        is.features(),
                        was.oomScoreAdjust()),
                read.log(),
                keepParent(read.containers(), old.containers()),
                old.dns(),
                old.networks(),
                read.proxies(),
                keepDisk(read.registries(), registries),
                read.notes());
        return later;
    }

    private static DaemonConfig.ContainerDefaults keepParent(
            DaemonConfig.ContainerDefaults read, DaemonConfig.ContainerDefaults old) {
        return new DaemonConfig.ContainerDefaults(
                old.cgroupParent(),
                old.cgroupDriver(),
                read.logDriver(),
                read.logOptions(),
                read.shmSize(),
                read.ipcMode(),
                read.cgroupnsMode(),
                read.init(),
                read.noNewPrivileges(),
                read.seccompProfile(),
                read.ulimits());
    }

    private static DaemonConfig.Registries keepDisk(DaemonConfig.Registries read, DaemonConfig.Registries old) {
        return new DaemonConfig.Registries(
                read.mirrors(),
                read.insecure(),
                read.nondistributable(),
                read.downloads(),
                read.uploads(),
                read.attempts(),
                old.keepBlobs(),
                old.highWatermark(),
                old.lowWatermark());
    }

    private static void note(List<String> later, String name, Object old, Object read) {
        if (!old.equals(read)) {
            later.add(name);
        }
    }
}
