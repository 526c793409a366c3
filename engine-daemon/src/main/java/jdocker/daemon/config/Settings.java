package jdocker.daemon.config;

import static jdocker.daemon.config.Setting.Kind.BOOL;
import static jdocker.daemon.config.Setting.Kind.LIST;
import static jdocker.daemon.config.Setting.Kind.MAP;
import static jdocker.daemon.config.Setting.Kind.NUMBER;
import static jdocker.daemon.config.Setting.Kind.RAW;
import static jdocker.daemon.config.Setting.Kind.TEXT;

import java.util.List;
import jdocker.daemon.config.Setting.Kind;
import jdocker.daemon.config.Setting.Support;

/** Every flag of dockerd and every key of daemon.json, and what becomes of it here. */
final class Settings {
    private static final String NO_CONTAINERD = "has no effect: there is no containerd";
    private static final String NO_SWARM = "has no effect: swarm mode is not supported";

    static final List<Setting> ALL = List.of(
            // This daemon
            yes("config-file", "", TEXT, "Configuration file (default /etc/jdocker/daemon.json)"),
            yes("data-root", "data-root", TEXT, "Where images, containers and state are kept"),
            yes("exec-root", "exec-root", TEXT, "Where the files of running containers are"),
            yes("pidfile", "pidfile", TEXT, "File that holds the process's number")
                    .letter("p"),
            yes("host", "hosts", LIST, "Socket to listen on: unix://PATH or fd://")
                    .letter("H"),
            yes("group", "group", TEXT, "Group that may use the unix socket").letter("G"),
            yes("debug", "debug", BOOL, "Log what happens in detail").letter("D"),
            yes("log-level", "log-level", TEXT, "debug, info, warn, error or fatal")
                    .letter("l"),
            yes("log-format", "log-format", TEXT, "text or json"),
            yes("raw-logs", "raw-logs", BOOL, "No colours in the log (there are none)"),
            yes("validate", "", BOOL, "Check the configuration and exit"),
            yes("version", "", BOOL, "Print the version and exit").letter("v"),
            yes("help", "", BOOL, "Print this and exit").letter("h"),
            yes("live-restore", "live-restore", BOOL, "Leave containers running when the daemon stops (default true)"),
            yes("shutdown-timeout", "shutdown-timeout", NUMBER, "Seconds for containers to stop in at shutdown"),
            yes("label", "labels", LIST, "key=value labels of this engine"),
            yes("experimental", "experimental", BOOL, "Say that experimental features are on"),
            yes("feature", "features", MAP, "Turn features on or off"),
            yes("oom-score-adjust", "oom-score-adjust", NUMBER, "The daemon's own OOM score adjustment"),
            // What containers get
            yes(
                    "cgroup-parent",
                    "cgroup-parent",
                    TEXT,
                    "Parent cgroup of all containers: a path, or a slice with systemd"),
            yes("exec-opt", "exec-opts", LIST, "Runtime options: native.cgroupdriver=systemd or cgroupfs"),
            yes("log-driver", "log-driver", TEXT, "Default log driver: json-file or none"),
            yes("log-opt", "log-opts", MAP, "Default log options (max-size=10m, max-file=3)"),
            yes("default-shm-size", "default-shm-size", TEXT, "Default size of /dev/shm"),
            yes("default-ipc-mode", "default-ipc-mode", TEXT, "private or shareable"),
            yes("default-cgroupns-mode", "default-cgroupns-mode", TEXT, "private or host"),
            yes("default-ulimit", "default-ulimits", RAW, "Default limits, such as nofile=1024:4096"),
            yes("init", "init", BOOL, "Run an init process in each container"),
            yes("no-new-privileges", "no-new-privileges", BOOL, "Set no-new-privileges by default"),
            yes("seccomp-profile", "seccomp-profile", TEXT, "builtin, unconfined or the path of a profile"),
            yes("dns", "dns", LIST, "Name servers"),
            yes("dns-search", "dns-search", LIST, "Search domains"),
            yes("dns-opt", "dns-opts", LIST, "Resolver options"),
            yes("storage-driver", "storage-driver", TEXT, "overlay2").letter("s"),
            yes("default-runtime", "default-runtime", TEXT, "The runtime that containers name; there is one"),
            none("init-path", "init-path", TEXT, "has no effect: the init process is built in"),
            none("add-runtime", "runtimes", RAW, "has no effect: there is one runtime"),
            none("cpu-rt-period", "cpu-rt-period", NUMBER, "has no effect yet"),
            none("cpu-rt-runtime", "cpu-rt-runtime", NUMBER, "has no effect yet"),
            // Registries
            yes("registry-mirror", "registry-mirrors", LIST, "Mirror of Docker Hub, or REGISTRY=URL for any other (*)"),
            yes("insecure-registry", "insecure-registries", LIST, "Registry for plain HTTP: HOST[:PORT] or CIDR"),
            yes(
                    "allow-nondistributable-artifacts",
                    "allow-nondistributable-artifacts",
                    LIST,
                    "Registries that get nondistributable layers"),
            yes("max-concurrent-downloads", "max-concurrent-downloads", NUMBER, "Layers fetched at a time (3)"),
            yes("max-concurrent-uploads", "max-concurrent-uploads", NUMBER, "Layers pushed at a time (5)"),
            yes("max-download-attempts", "max-download-attempts", NUMBER, "How often a request is tried (5)"),
            yes("keep-blobs", "keep-blobs", TEXT, "Keep packed layers once unpacked: always or never"),
            yes(
                    "image-gc-high",
                    "image-gc-high",
                    NUMBER,
                    "Percent of the disk above which images make room (0: never)"),
            yes("image-gc-low", "image-gc-low", NUMBER, "Percent of the disk at which that stops (75)"),
            yes("http-proxy", "proxies.http-proxy", TEXT, "Proxy for http"),
            yes("https-proxy", "proxies.https-proxy", TEXT, "Proxy for https"),
            yes("no-proxy", "proxies.no-proxy", TEXT, "Hosts that need no proxy"),
            // Networks
            yes("bridge", "bridge", TEXT, "Existing bridge for the default network, or none")
                    .letter("b"),
            yes("bip", "bip", TEXT, "Address of the default bridge, such as 172.17.0.1/16"),
            yes("bip6", "bip6", TEXT, "IPv6 address of the default bridge"),
            yes("mtu", "mtu", NUMBER, "MTU of the default bridge"),
            none("network-control-plane-mtu", "network-control-plane-mtu", NUMBER, NO_SWARM),
            yes("ip", "ip", TEXT, "Host address that ports are published on by default"),
            yes("ip-forward", "ip-forward", BOOL, "Enable forwarding on the host (default true)"),
            yes("ip-forward-no-drop", "ip-forward-no-drop", BOOL, "Leave what is not ours forwarded when enabling it"),
            yes("ip-masq", "ip-masq", BOOL, "Masquerade what leaves the default bridge (default true)"),
            yes("iptables", "iptables", BOOL, "Make IPv4 rules (default true)"),
            yes("ip6tables", "ip6tables", BOOL, "Make IPv6 rules (default true)"),
            yes("icc", "icc", BOOL, "Containers on the default bridge reach each other (default true)"),
            yes("ipv6", "ipv6", BOOL, "IPv6 on the default bridge"),
            yes("fixed-cidr", "fixed-cidr", TEXT, "Part of the default bridge's subnet for containers"),
            yes("fixed-cidr-v6", "fixed-cidr-v6", TEXT, "IPv6 subnet of the default bridge"),
            yes("default-gateway", "default-gateway", TEXT, "Gateway of containers on the default bridge"),
            yes("default-gateway-v6", "default-gateway-v6", TEXT, "IPv6 gateway of containers on the default bridge"),
            yes(
                    "default-address-pool",
                    "default-address-pools",
                    RAW,
                    "Space for new networks: base=10.10.0.0/16,size=24"),
            yes("default-network-opt", "default-network-opts", RAW, "Options of new networks: bridge=NAME=VALUE"),
            yes("userland-proxy", "userland-proxy", BOOL, "Proxy what address translation cannot reach (default true)"),
            none("userland-proxy-path", "userland-proxy-path", TEXT, "has no effect: the proxy is built in"),
            yes("firewall-backend", "firewall-backend", TEXT, "iptables"),
            no("bridge-accept-fwmark", "bridge-accept-fwmark", TEXT, "firewall marks are not looked at"),
            yes(
                    "allow-direct-routing",
                    "allow-direct-routing",
                    BOOL,
                    "Containers are reachable at their own addresses"),
            yes("host-gateway-ip", "host-gateway-ips", RAW, "What host-gateway stands for in --add-host"),
            // Nothing of this is here
            none("containerd", "containerd", TEXT, NO_CONTAINERD),
            none("containerd-namespace", "containerd-namespace", TEXT, NO_CONTAINERD),
            none("containerd-plugins-namespace", "containerd-plugin-namespace", TEXT, NO_CONTAINERD),
            none("cri-containerd", "cri-containerd", BOOL, NO_CONTAINERD),
            none("swarm-default-advertise-addr", "swarm-default-advertise-addr", TEXT, NO_SWARM),
            none("node-generic-resource", "node-generic-resources", LIST, NO_SWARM),
            none("cdi-spec-dir", "cdi-spec-dirs", LIST, "has no effect: CDI devices are not supported yet"),
            none("", "builder", RAW, "has no effect: builds are not supported yet"),
            no("storage-opt", "storage-opts", LIST, "storage options are not supported yet"),
            no("authorization-plugin", "authorization-plugins", LIST, "authorization plugins are not supported yet"),
            no("userns-remap", "userns-remap", TEXT, "user namespaces are not supported yet"),
            no("metrics-addr", "metrics-addr", TEXT, "metrics are not supported yet"),
            no("selinux-enabled", "selinux-enabled", BOOL, "SELinux is not supported"),
            no("rootless", "rootless", BOOL, "rootless mode is not supported"),
            no("tls", "tls", BOOL, "TLS is not supported yet"),
            no("tlsverify", "tlsverify", BOOL, "TLS is not supported yet"),
            no("tlscacert", "tlscacert", TEXT, "TLS is not supported yet"),
            no("tlscert", "tlscert", TEXT, "TLS is not supported yet"),
            no("tlskey", "tlskey", TEXT, "TLS is not supported yet"));

    private Settings() {}

    private static Setting yes(String flag, String key, Kind kind, String help) {
        return new Setting(flag, "", key, kind, Support.YES, "", help);
    }

    private static Setting none(String flag, String key, Kind kind, String note) {
        return new Setting(flag, "", key, kind, Support.NO_EFFECT, note, note);
    }

    private static Setting no(String flag, String key, Kind kind, String note) {
        return new Setting(flag, "", key, kind, Support.REFUSED, note, note);
    }
}
