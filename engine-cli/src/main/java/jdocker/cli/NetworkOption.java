package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The value of {@code --network}: a name, or {@code name=app,alias=web,ip=10.0.0.2}. */
final class NetworkOption {
    private String target = "";
    private final List<String> aliases = new ArrayList<>();
    private final List<String> linkLocal = new ArrayList<>();
    private final JsonObject driverOptions = new JsonObject();
    private String ipv4 = "";
    private String ipv6 = "";
    private String mac = "";
    private long gatewayPriority;

    private NetworkOption() {}

    static NetworkOption parse(String text) {
        NetworkOption option = new NetworkOption();
        if (!text.contains("=")) {
            option.target = text;
            return option;
        }
        for (String field : Csv.fields(text)) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("invalid field " + field + ": must be a key=value pair");
            }
            option.pair(
                    field.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                    field.substring(equals + 1).strip());
        }
        if (option.target.isEmpty()) {
            throw new IllegalArgumentException("network name/id is not specified");
        }
        return option;
    }

    private void pair(String key, String value) {
        switch (key) {
            case "name" -> target = value;
            case "alias" -> aliases.add(value);
            case "driver-opt" -> {
                int equals = value.indexOf('=');
                if (equals < 0) {
                    throw new IllegalArgumentException("invalid key/value pair format in driver options");
                }
                driverOptions.with(
                        value.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        value.substring(equals + 1).strip());
            }
            case "ip" -> ipv4 = value;
            case "ip6" -> ipv6 = value;
            case "mac-address" -> mac = value;
            case "link-local-ip" -> linkLocal.add(value);
            case "gw-priority" -> gatewayPriority = Values.integer(value);
            default -> throw new IllegalArgumentException("invalid field key " + key);
        }
    }

    String target() {
        return target;
    }

    boolean isUserDefined() {
        return switch (target) {
            case "default", "bridge", "host", "none", "nat" -> false;
            default -> !target.startsWith("container:");
        };
    }

    boolean hasAliases() {
        return !aliases.isEmpty();
    }

    boolean hasMac() {
        return !mac.isEmpty();
    }

    /** Takes the flags that, besides {@code --network}, concern the first network. */
    void merge(List<String> moreAliases, String ip, String ip6, List<String> moreLinkLocal, String macAddress) {
        conflict(hasAliases() && !moreAliases.isEmpty(), "--network-alias and per-network alias");
        conflict(!ipv4.isEmpty() && !ip.isEmpty(), "--ip and per-network IPv4 address");
        conflict(!ipv6.isEmpty() && !ip6.isEmpty(), "--ip6 and per-network IPv6 address");
        conflict(hasMac() && !macAddress.isEmpty(), "--mac-address and per-network MAC address");
        aliases.addAll(moreAliases);
        linkLocal.addAll(moreLinkLocal);
        ipv4 = ip.isEmpty() ? ipv4 : ip;
        ipv6 = ip6.isEmpty() ? ipv6 : ip6;
        mac = macAddress.isEmpty() ? mac : macAddress;
    }

    private static void conflict(boolean there, String what) {
        if (there) {
            throw new IllegalArgumentException("conflicting options: cannot specify both " + what);
        }
    }

    /** The endpoint's settings; null when nothing but the network's name was given. */
    @Nullable
    JsonObject endpoint(List<String> links) {
        if (!isUserDefined() && hasAliases()) {
            throw new IllegalArgumentException("network-scoped aliases are only supported for user-defined networks");
        }
        boolean addresses = !ipv4.isEmpty() || !ipv6.isEmpty() || !linkLocal.isEmpty();
        boolean plain = !addresses
                && !hasAliases()
                && links.isEmpty()
                && !hasMac()
                && gatewayPriority == 0
                && driverOptions.fields().isEmpty();
        return plain ? null : settings(addresses, links);
    }

    JsonObject settings(boolean addresses, List<String> links) {
        JsonObject ipam = new JsonObject();
        if (!ipv4.isEmpty()) {
            ipam.with("IPv4Address", ipv4);
        }
        if (!ipv6.isEmpty()) {
            ipam.with("IPv6Address", ipv6);
        }
        if (!linkLocal.isEmpty()) {
            ipam.with("LinkLocalIPs", linkLocal);
        }
        return new JsonObject()
                .with("IPAMConfig", addresses ? ipam : null)
                .with("Links", links.isEmpty() ? null : links)
                .with("Aliases", aliases.isEmpty() ? null : aliases)
                .with("MacAddress", mac)
                .with("DriverOpts", driverOptions.fields().isEmpty() ? null : driverOptions)
                .with("GwPriority", gatewayPriority)
                .with("NetworkID", "")
                .with("EndpointID", "")
                .with("Gateway", "")
                .with("IPAddress", "")
                .with("IPPrefixLen", 0)
                .with("IPv6Gateway", "")
                .with("GlobalIPv6Address", "")
                .with("GlobalIPv6PrefixLen", 0)
                .with("DNSNames", null);
    }
}
