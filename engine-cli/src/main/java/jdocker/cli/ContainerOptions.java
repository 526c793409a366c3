package jdocker.cli;

import static jdocker.cli.FlagKind.*;

/** The flags that {@code run} and {@code create} share: what the container is. */
final class ContainerOptions {
    final Flag attach;
    final Flag interactive;
    final Flag tty;
    final Flag autoRemove;
    final Flag cidFile;
    final ProcessOptions process;
    final IsolationOptions isolation;
    final ResourceOptions resources;
    final NetworkFlags network;
    final StorageOptions storage;

    ContainerOptions(FlagSet flags) {
        attach = flags.of(ATTACH, "attach", 'a', "Attach to STDIN, STDOUT or STDERR");
        interactive = flags.bool("interactive", 'i', "Keep STDIN open even if not attached");
        tty = flags.bool("tty", 't', "Allocate a pseudo-TTY");
        autoRemove = flags.bool("rm", "Remove the container and its anonymous volumes when it exits");
        cidFile = flags.string("cidfile", "Write the container ID to the file");
        process = new ProcessOptions(flags);
        isolation = new IsolationOptions(flags);
        resources = new ResourceOptions(flags);
        network = new NetworkFlags(flags);
        storage = new StorageOptions(flags);
    }

    /** What runs, and what is said about it. */
    static final class ProcessOptions {
        final Flag env;
        final Flag envFile;
        final Flag entrypoint;
        final Flag hostname;
        final Flag domainname;
        final Flag label;
        final Flag labelFile;
        final Flag annotation;
        final Flag user;
        final Flag workdir;
        final Flag restart;
        final Flag stopSignal;
        final Flag stopTimeout;
        final Flag init;
        final Flag noHealthcheck;
        final Flag healthCmd;
        final Flag healthInterval;
        final Flag healthTimeout;
        final Flag healthStartPeriod;
        final Flag healthStartInterval;
        final Flag healthRetries;

        ProcessOptions(FlagSet flags) {
            env = flags.of(ENV, "env", 'e', "Set environment variables");
            envFile = flags.of(LIST, "env-file", "Read environment variables from a file");
            entrypoint = flags.string("entrypoint", "Overwrite the image's ENTRYPOINT");
            hostname = flags.string("hostname", 'h', "Container host name");
            domainname = flags.string("domainname", "Container NIS domain name");
            label = flags.of(LABEL, "label", 'l', "Set meta data on a container");
            labelFile = flags.of(LIST, "label-file", "Read labels from a file, one a line");
            annotation = flags.of(MAP, "annotation", "Add an annotation (passed through to the OCI runtime)");
            user = flags.string("user", 'u', "Username or UID (format: <name|uid>[:<group|gid>])");
            workdir = flags.string("workdir", 'w', "Working directory inside the container");
            restart = flags.add(new Flag(
                    "restart", Flag.NO_SHORTHAND, STRING, "no", "Restart policy for when the container exits"));
            stopSignal = flags.string("stop-signal", "Signal to stop the container");
            stopTimeout = flags.of(INT, "stop-timeout", "Seconds to wait before killing the container");
            init = flags.bool("init", "Run an init in the container that forwards signals and reaps processes");
            noHealthcheck = flags.bool("no-healthcheck", "Disable the image's HEALTHCHECK");
            healthCmd = flags.string("health-cmd", "Command that checks the health");
            healthInterval = flags.of(DURATION, "health-interval", "Time between checks (ms|s|m|h) (default 0s)");
            healthTimeout =
                    flags.of(DURATION, "health-timeout", "Longest time one check may take (ms|s|m|h) (default 0s)");
            healthStartPeriod = flags.of(
                    DURATION, "health-start-period", "Time to start before failures count (ms|s|m|h) (default 0s)");
            healthStartInterval = flags.of(
                    DURATION, "health-start-interval", "Time between checks while starting (ms|s|m|h) (default 0s)");
            healthRetries = flags.of(INT, "health-retries", "Consecutive failures that make it unhealthy");
        }
    }

    /** Who it may be and what it may see. */
    static final class IsolationOptions {
        final Flag capAdd;
        final Flag capDrop;
        final Flag privileged;
        final Flag securityOpt;
        final Flag readOnly;
        final Flag groupAdd;
        final Flag userns;
        final Flag cgroupns;
        final Flag pid;
        final Flag ipc;
        final Flag uts;
        final Flag isolation;
        final Flag runtime;
        final Flag sysctl;

        IsolationOptions(FlagSet flags) {
            capAdd = flags.of(CAPABILITY, "cap-add", "Add Linux capabilities");
            capDrop = flags.of(CAPABILITY, "cap-drop", "Drop Linux capabilities");
            privileged = flags.bool("privileged", "Give extended privileges to this container");
            securityOpt = flags.of(LIST, "security-opt", "Security options");
            readOnly = flags.bool("read-only", "Mount the container's root filesystem read-only");
            groupAdd = flags.of(LIST, "group-add", "Additional groups to join");
            userns = flags.string("userns", "User namespace to use");
            cgroupns = flags.string("cgroupns", "Cgroup namespace to use (host|private); empty: the daemon's default");
            pid = flags.string("pid", "PID namespace to use");
            ipc = flags.string("ipc", "IPC mode to use");
            uts = flags.string("uts", "UTS namespace to use");
            isolation = flags.string("isolation", "Container isolation technology");
            runtime = flags.string("runtime", "Runtime to use for this container");
            sysctl = flags.of(SYSCTL, "sysctl", "Kernel parameters of the container");
        }
    }

    /** How much it may use. */
    static final class ResourceOptions {
        final Flag memory;
        final Flag memoryReservation;
        final Flag memorySwap;
        final Flag memorySwappiness;
        final Flag kernelMemory;
        final Flag oomKillDisable;
        final Flag oomScoreAdj;
        final Flag pidsLimit;
        final Flag cpus;
        final Flag cpuShares;
        final Flag cpuPeriod;
        final Flag cpuQuota;
        final Flag cpuRtPeriod;
        final Flag cpuRtRuntime;
        final Flag cpusetCpus;
        final Flag cpusetMems;
        final Flag cpuCount;
        final Flag cpuPercent;
        final Flag ioMaxIops;
        final Flag ioMaxBandwidth;
        final Flag blkioWeight;
        final Flag blkioWeightDevice;
        final Flag deviceReadBps;
        final Flag deviceWriteBps;
        final Flag deviceReadIops;
        final Flag deviceWriteIops;
        final Flag device;
        final Flag deviceCgroupRule;
        final Flag gpus;
        final Flag ulimit;
        final Flag shmSize;
        final Flag cgroupParent;

        ResourceOptions(FlagSet flags) {
            memory = flags.of(BYTES, "memory", 'm', "Memory limit");
            memoryReservation = flags.of(BYTES, "memory-reservation", "Memory soft limit");
            memorySwap = flags.of(SWAP_BYTES, "memory-swap", "Limit of memory plus swap; '-1' is unlimited swap");
            memorySwappiness = flags.add(
                    new Flag("memory-swappiness", Flag.NO_SHORTHAND, INT, "-1", "How readily to swap (0 to 100)"));
            kernelMemory =
                    flags.of(BYTES, "kernel-memory", "Kernel memory limit").hide();
            oomKillDisable = flags.bool("oom-kill-disable", "Disable OOM killer");
            oomScoreAdj = flags.of(INT, "oom-score-adj", "The host's OOM preference (-1000 to 1000)");
            pidsLimit = flags.of(INT, "pids-limit", "Limit of processes and threads (-1 for unlimited)");
            cpus = flags.of(DECIMAL, "cpus", "Number of CPUs");
            cpuShares = flags.of(INT, "cpu-shares", 'c', "CPU shares (relative weight)");
            cpuPeriod = flags.of(INT, "cpu-period", "CPU CFS (Completely Fair Scheduler) period");
            cpuQuota = flags.of(INT, "cpu-quota", "CPU CFS (Completely Fair Scheduler) quota");
            cpuRtPeriod = flags.of(INT, "cpu-rt-period", "CPU real-time period in microseconds");
            cpuRtRuntime = flags.of(INT, "cpu-rt-runtime", "CPU real-time runtime in microseconds");
            cpusetCpus = flags.string("cpuset-cpus", "CPUs to run on (0-3, 0,1)");
            cpusetMems = flags.string("cpuset-mems", "Memory nodes to use (0-3, 0,1)");
            cpuCount = flags.of(INT, "cpu-count", "CPU count (Windows only)").hide();
            cpuPercent =
                    flags.of(INT, "cpu-percent", "CPU percent (Windows only)").hide();
            ioMaxIops = flags.of(UINT, "io-maxiops", "IOps limit for the system drive (Windows only)")
                    .hide();
            ioMaxBandwidth = flags.of(BYTES, "io-maxbandwidth", "IO limit for the system drive (Windows only)")
                    .hide();
            blkioWeight = flags.of(UINT16, "blkio-weight", "Block IO weight, 10 to 1000, or 0 to disable (default 0)");
            blkioWeightDevice = flags.of(WEIGHT_DEVICE, "blkio-weight-device", "Block IO weight of one device");
            deviceReadBps =
                    flags.of(BPS_DEVICE, "device-read-bps", "Limit of reading from a device (bytes per second)");
            deviceWriteBps =
                    flags.of(BPS_DEVICE, "device-write-bps", "Limit of writing to a device (bytes per second)");
            deviceReadIops =
                    flags.of(IOPS_DEVICE, "device-read-iops", "Limit of reading from a device (IO per second)");
            deviceWriteIops =
                    flags.of(IOPS_DEVICE, "device-write-iops", "Limit of writing to a device (IO per second)");
            device = flags.of(LIST, "device", "Add a host device to the container");
            deviceCgroupRule = flags.of(DEVICE_RULE, "device-cgroup-rule", "Add a rule to the allowed devices");
            gpus = flags.of(GPUS, "gpus", "GPU devices to add to the container ('all' for all)");
            ulimit = flags.of(ULIMIT, "ulimit", "Ulimit options");
            shmSize = flags.of(BYTES, "shm-size", "Size of /dev/shm");
            cgroupParent = flags.string("cgroup-parent", "Parent cgroup of the container");
        }
    }

    /** Whom it can reach and who can reach it. */
    static final class NetworkFlags {
        final Flag network;
        final Flag aliases;
        final Flag ip;
        final Flag ip6;
        final Flag linkLocal;
        final Flag mac;
        final Flag link;
        final Flag publish;
        final Flag publishAll;
        final Flag expose;
        final Flag addHost;
        final Flag dns;
        final Flag dnsOption;
        final Flag dnsSearch;

        NetworkFlags(FlagSet flags) {
            network = flags.of(NETWORK, "network", "Connect the container to a network");
            flags.alias("net", network);
            aliases = flags.of(LIST, "network-alias", "Another name for the container within the network");
            flags.alias("net-alias", aliases);
            ip = flags.string("ip", "IPv4 address (such as 172.30.100.104)");
            ip6 = flags.string("ip6", "IPv6 address (such as 2001:db8::33)");
            linkLocal = flags.of(LIST, "link-local-ip", "Link-local addresses");
            mac = flags.string("mac-address", "MAC address (such as 92:d0:c6:0a:29:33)");
            link = flags.of(LINK, "link", "Add a link to another container");
            publish = flags.of(LIST, "publish", 'p', "Publish a port of the container on the host");
            publishAll = flags.bool("publish-all", 'P', "Publish all exposed ports on random ports");
            expose = flags.of(LIST, "expose", "Expose a port or a range of ports");
            addHost = flags.of(ADD_HOST, "add-host", "Add a host name and its address (host:ip)");
            dns = flags.of(IP, "dns", "Set custom DNS servers");
            dnsOption = flags.of(LIST, "dns-option", "Set DNS options");
            flags.alias("dns-opt", dnsOption);
            dnsSearch = flags.of(DNS_SEARCH, "dns-search", "Set custom DNS search domains");
        }
    }

    /** Its files and its log. */
    static final class StorageOptions {
        final Flag volume;
        final Flag mount;
        final Flag tmpfs;
        final Flag volumesFrom;
        final Flag volumeDriver;
        final Flag storageOpt;
        final Flag logDriver;
        final Flag logOpt;

        StorageOptions(FlagSet flags) {
            volume = flags.of(LIST, "volume", 'v', "Bind mount a directory or a volume");
            mount = flags.of(MOUNT, "mount", "Attach a filesystem mount to the container");
            tmpfs = flags.of(LIST, "tmpfs", "Mount a tmpfs directory");
            volumesFrom = flags.of(LIST, "volumes-from", "Mount the volumes of other containers");
            volumeDriver = flags.string("volume-driver", "Volume driver for the container");
            storageOpt = flags.of(LIST, "storage-opt", "Storage driver options");
            logDriver = flags.string("log-driver", "Logging driver for the container");
            logOpt = flags.of(LIST, "log-opt", "Log driver options");
        }
    }
}
