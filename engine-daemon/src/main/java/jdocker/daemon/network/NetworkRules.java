package jdocker.daemon.network;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.api.NetworkCreateRequest;
import jdocker.daemon.error.EngineException.Forbidden;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.network.Attachment.IpvlanFlag;
import jdocker.network.Attachment.IpvlanMode;
import jdocker.network.Attachment.MacvlanMode;
import jdocker.network.address.IpAddress;

/** What a new network may be called and asked for. */
final class NetworkRules {
    static final String BRIDGE_NAME = "com.docker.network.bridge.name";
    static final String ICC = "com.docker.network.bridge.enable_icc";
    static final String MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade";
    static final String BIND_V4 = "com.docker.network.bridge.host_binding_ipv4";
    static final String MODE_V4 = "com.docker.network.bridge.gateway_mode_ipv4";
    static final String MODE_V6 = "com.docker.network.bridge.gateway_mode_ipv6";
    static final String INHIBIT_V4 = "com.docker.network.bridge.inhibit_ipv4";
    static final String DEFAULT_BRIDGE = "com.docker.network.bridge.default_bridge";
    static final String PREFIX = "com.docker.network.container_iface_prefix";
    static final String MTU = "com.docker.network.driver.mtu";
    private static final Set<String> MODES = Set.of("nat", "nat-unprotected", "routed", "isolated");
    private static final int LONGEST_NAME = 255;
    private static final int MIN_MTU = 68;
    private static final int MAX_MTU = 65_535;

    private NetworkRules() {}

    static void check(NetworkCreateRequest request) {
        checkName(request.name());
        if (Network.PREDEFINED.contains(request.name())) {
            throw new Forbidden("operation is not permitted on predefined " + request.name() + " network ");
        }
        if (request.ingress() || request.scope().equals("swarm")) {
            throw new Forbidden(
                    "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
                            + " connect this node to swarm and try again.");
        }
        if (!Set.of("", "local").contains(request.scope())) {
            throw new InvalidRequest("invalid scope '" + request.scope() + "': networks of this engine are local");
        }
        if (request.configOnly()
                && request.configFrom() != null
                && !request.configFrom().network().isEmpty()) {
            throw new Forbidden("a configuration network cannot depend on another configuration network");
        }
    }

    static void checkName(String name) {
        if (name.isBlank()) {
            throw new InvalidRequest("invalid name: name is empty");
        }
        boolean strange = name.chars().anyMatch(c -> c < ' ' || c == 127 || c == '/');
        if (strange || !name.equals(name.strip()) || name.length() > LONGEST_NAME) {
            throw new InvalidRequest("invalid network name '" + name + "': at most " + LONGEST_NAME
                    + " characters, without '/', control characters, and spaces at its ends");
        }
    }

    static void checkDriver(String driver) {
        switch (driver) {
            case "bridge", "macvlan", "ipvlan" -> {}
            case "host", "null" -> throw new Forbidden("only one instance of \"" + driver + "\" network is allowed");
            case "overlay" ->
                throw new Forbidden(
                        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\""
                                + " to connect this node to swarm and try again.");
            default ->
                throw new NotFound("could not find plugin " + driver + " in v1 plugin registry: plugin not found: there"
                        + " are the drivers bridge, macvlan and ipvlan");
        }
    }

    /** Options that would do harm when mistyped are checked; those of other drivers are kept as they are. */
    static void checkOptions(String driver, Map<String, String> options, boolean internal) {
        options.forEach((name, value) -> {
            if (!oneLine(name) || !oneLine(value)) {
                throw new InvalidRequest("invalid option " + name + ": control characters are not allowed");
            }
        });
        mtu(options);
        if (driver.equals("bridge")) {
            flag(options, ICC, true);
            flag(options, MASQUERADE, true);
            flag(options, INHIBIT_V4, false);
            mode(options, MODE_V4, internal);
            mode(options, MODE_V6, internal);
            bindAddress(options);
            name(options, BRIDGE_NAME);
        }
        name(options, PREFIX);
        if (driver.equals("macvlan")) {
            oneOf("macvlan_mode", () -> MacvlanMode.of(options.getOrDefault("macvlan_mode", "bridge")));
        }
        if (driver.equals("ipvlan")) {
            oneOf("ipvlan_mode", () -> IpvlanMode.of(options.getOrDefault("ipvlan_mode", "l2")));
            oneOf("ipvlan_flag", () -> IpvlanFlag.of(options.getOrDefault("ipvlan_flag", "bridge")));
        }
    }

    private static boolean oneLine(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c != 127);
    }

    private static void oneOf(String option, Runnable parse) {
        try {
            parse.run();
        } catch (IllegalArgumentException e) {
            throw new InvalidRequest("invalid " + option + ": " + e.getMessage());
        }
    }

    static int mtu(Map<String, String> options) {
        String text = options.getOrDefault(MTU, "0");
        try {
            int mtu = Integer.parseInt(text);
            if (mtu == 0 || mtu >= MIN_MTU && mtu <= MAX_MTU) {
                return mtu;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new InvalidRequest("invalid MTU number: " + text);
    }

    static boolean flag(Map<String, String> options, String name, boolean otherwise) {
        String text = options.get(name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "t" -> true;
            case "false", "0", "f" -> false;
            default -> throw new InvalidRequest("driver-opt \"" + name + "\" is not a valid bool: \"" + text + "\"");
        };
    }

    private static void mode(Map<String, String> options, String name, boolean internal) {
        String text = options.getOrDefault(name, "");
        if (!text.isEmpty() && !MODES.contains(text)) {
            throw new InvalidRequest(
                    "invalid " + name + " '" + text + "': there are nat, nat-unprotected, routed and" + " isolated");
        }
        if (text.equals("isolated") && !internal) {
            throw new InvalidRequest("gateway mode 'isolated' can only be used for an internal network");
        }
    }

    private static void bindAddress(Map<String, String> options) {
        String text = options.getOrDefault(BIND_V4, "");
        Optional<IpAddress> address = IpAddress.parse(text);
        if (!text.isEmpty() && (address.isEmpty() || address.get().v6())) {
            throw new InvalidRequest("invalid " + BIND_V4 + " '" + text + "': not an IPv4 address");
        }
    }

    private static void name(Map<String, String> options, String option) {
        String text = options.getOrDefault(option, "");
        if (!text.isEmpty() && !text.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}")) {
            throw new InvalidRequest("invalid " + option + " '" + text
                    + "': an interface's name has 1 to 15 letters, digits, '_', '.' and '-'");
        }
    }
}
