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
    private static final String NO_BRIDGE = "has no effect: bridge networks are not supported yet";
    private static final String NO_REGISTRY = "has no effect: registries are not supported yet";
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
            yes("cgroup-parent", "cgroup-parent", TEXT, "Parent cgroup of all containers"),
            yes("exec-opt", "exec-opts", LIST, "Runtime options: native.cgroupdriver=cgroupfs"),
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
            none("registry-mirror", "registry-mirrors", LIST, NO_REGISTRY),
            none("insecure-registry", "insecure-registries", LIST, NO_REGISTRY),
            none("allow-nondistributable-artifacts", "allow-nondistributable-artifacts", LIST, NO_REGISTRY),
            none("max-concurrent-downloads", "max-concurrent-downloads", NUMBER, NO_REGISTRY),
            none("max-concurrent-uploads", "max-concurrent-uploads", NUMBER, NO_REGISTRY),
            none("max-download-attempts", "max-download-attempts", NUMBER, NO_REGISTRY),
            yes("http-proxy", "proxies.http-proxy", TEXT, "Proxy for http"),
            yes("https-proxy", "proxies.https-proxy", TEXT, "Proxy for https"),
            yes("no-proxy", "proxies.no-proxy", TEXT, "Hosts that need no proxy"),
            // Networks
            none("bridge", "bridge", TEXT, NO_BRIDGE).letter("b"),
            none("bip", "bip", TEXT, NO_BRIDGE),
            none("bip6", "bip6", TEXT, NO_BRIDGE),
            none("mtu", "mtu", NUMBER, NO_BRIDGE),
            none("network-control-plane-mtu", "network-control-plane-mtu", NUMBER, NO_SWARM),
            none("ip", "ip", TEXT, NO_BRIDGE),
            none("ip-forward", "ip-forward", BOOL, NO_BRIDGE),
            none("ip-forward-no-drop", "ip-forward-no-drop", BOOL, NO_BRIDGE),
            none("ip-masq", "ip-masq", BOOL, NO_BRIDGE),
            none("iptables", "iptables", BOOL, NO_BRIDGE),
            none("ip6tables", "ip6tables", BOOL, NO_BRIDGE),
            none("icc", "icc", BOOL, NO_BRIDGE),
            none("ipv6", "ipv6", BOOL, NO_BRIDGE),
            none("fixed-cidr", "fixed-cidr", TEXT, NO_BRIDGE),
            none("fixed-cidr-v6", "fixed-cidr-v6", TEXT, NO_BRIDGE),
            none("default-gateway", "default-gateway", TEXT, NO_BRIDGE),
            none("default-gateway-v6", "default-gateway-v6", TEXT, NO_BRIDGE),
            none("default-address-pool", "default-address-pools", RAW, NO_BRIDGE),
            none("default-network-opt", "default-network-opts", RAW, NO_BRIDGE),
            none("userland-proxy", "userland-proxy", BOOL, NO_BRIDGE),
            none("userland-proxy-path", "userland-proxy-path", TEXT, NO_BRIDGE),
            none("firewall-backend", "firewall-backend", TEXT, NO_BRIDGE),
            none("bridge-accept-fwmark", "bridge-accept-fwmark", TEXT, NO_BRIDGE),
            none("allow-direct-routing", "allow-direct-routing", BOOL, NO_BRIDGE),
            none("host-gateway-ip", "host-gateway-ips", RAW, NO_BRIDGE),
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
