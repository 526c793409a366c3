package jdocker.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a template reads where the daemon's JSON has nothing: a field that the API leaves out when it is empty is empty,
 * a map has no such entry, and any other name is a mistake.
 */
final class OptionalFields implements Template.Missing {
    private static final Set<String> NULL = Set.of(
            "Health",
            "Healthcheck",
            "StopTimeout",
            "Init",
            "SizeRw",
            "SizeRootFs",
            "Descriptor",
            "ImageManifestDescriptor",
            "BindOptions",
            "VolumeOptions",
            "TmpfsOptions",
            "ImageOptions",
            "ConsoleSize",
            "Identity",
            "Storage",
            "GraphDriver",
            "FirewallBackend",
            "DefaultAddressPools",
            "Containerd",
            "RootFS",
            "Metadata",
            "Ports",
            "NodeInfo",
            "Swarm",
            "Server");
    private static final Set<String> TEXT = Set.of(
            "Runtime",
            "StopSignal",
            "MacAddress",
            "Domainname",
            "Variant",
            "OsVersion",
            "Comment",
            "Author",
            "Parent",
            "DockerVersion",
            "Error",
            "Name",
            "Source",
            "Driver",
            "status",
            "id",
            "from",
            "scope",
            "Isolation",
            "Platform",
            "AppArmorProfile",
            "ProcessLabel",
            "MountLabel",
            "IPAddress",
            "Gateway",
            "User",
            "WorkingDir",
            "Hostname",
            "HostnamePath",
            "HostsPath",
            "ResolvConfPath",
            "LogPath",
            "NetworkID",
            "EndpointID",
            "GlobalIPv6Address",
            "IPv6Gateway",
            "VolumeDriver",
            "CgroupParent",
            "UsernsMode",
            "UTSMode",
            "PidMode",
            "IpcMode",
            "SandboxKey",
            "GitCommit",
            "BuildTime",
            "GoVersion",
            "KernelVersion",
            "Experimental");
    private static final Set<String> LISTS = Set.of(
            "Mounts",
            "Shell",
            "OnBuild",
            "DeviceRequests",
            "RepoTags",
            "RepoDigests",
            "Binds",
            "Cmd",
            "Entrypoint",
            "Env",
            "ExecIDs",
            "Warnings",
            "Manifests",
            "CDISpecDirs",
            "DiscoveredDevices",
            "Components",
            "Labels",
            "Links",
            "CapAdd",
            "CapDrop",
            "Dns",
            "SecurityOpt",
            "Ulimits",
            "Devices",
            "GroupAdd",
            "ExtraHosts");
    private static final Set<String> MAPS = Set.of(
            "Annotations",
            "Sysctls",
            "Tmpfs",
            "StorageOpt",
            "ExposedPorts",
            "Volumes",
            "PortBindings",
            "Networks",
            "DriverOpts",
            "Attributes",
            "Labels",
            "Config",
            "Options",
            "Data",
            "Runtimes",
            "Details");

    @Override
    public @Nullable Object value(@Nullable Object of, String name, String path) {
        if (of instanceof JsonObject) {
            String[] steps = path.split("\\.");
            boolean inMap = steps.length >= 3 && MAPS.contains(steps[steps.length - 2]) && !isConfig(steps);
            if (inMap) {
                return "<no value>";
            }
        }
        boolean object = of instanceof JsonObject || of == null;
        if (object && NULL.contains(name)) {
            return null;
        }
        if (object && MAPS.contains(name)) {
            return Map.of();
        }
        if (object && LISTS.contains(name)) {
            return List.of();
        }
        if (object && TEXT.contains(name)) {
            return "";
        }
        if (of == null) {
            throw TemplateError.missing(path, "nil pointer evaluating " + name);
        }
        throw TemplateError.missing(
                path,
                of instanceof JsonObject
                        ? "map has no entry for key \"" + name + "\""
                        : "can't evaluate field " + name + " in type " + typeName(of));
    }

    // ".Config" is the container's settings; only ".LogConfig.Config" is a map.
    private static boolean isConfig(String[] steps) {
        return steps[steps.length - 2].equals("Config") && !steps[steps.length - 3].equals("LogConfig");
    }

    private static String typeName(Object value) {
        return switch (value) {
            case String _ -> "string";
            case Boolean _ -> "bool";
            case Number _ -> "int";
            case List<?> _ -> "[]interface {}";
            default -> "interface {}";
        };
    }
}
