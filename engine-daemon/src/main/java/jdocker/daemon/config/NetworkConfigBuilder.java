package jdocker.daemon.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import jdocker.daemon.config.DaemonConfig.Networks;
import jdocker.network.address.AddressBlock;
import jdocker.network.address.AddressPools;
import jdocker.network.address.HostAddress;
import jdocker.network.address.IpAddress;

/** The settings of networks. */
final class NetworkConfigBuilder {
    private static final int MIN_MTU = 68;
    private static final int MAX_MTU = 65_535;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ConfigBuilder settings;
    private final List<String> problems;

    NetworkConfigBuilder(ConfigBuilder settings, List<String> problems) {
        this.settings = settings;
        this.problems = problems;
    }

    Networks build() {
        settings.requireOneOf("firewall-backend", "iptables", Set.of("iptables"));
        var networks = new Networks(
                settings.text("bridge", ""),
                one("bip", HostAddress::parse, "not an address with a prefix such as 172.17.0.1/16"),
                one("bip6", HostAddress::parse, "not an address with a prefix such as fd00::1/64"),
                one("fixed-cidr", AddressBlock::parse, "not a subnet such as 172.17.128.0/20"),
                one("fixed-cidr-v6", AddressBlock::parse, "not a subnet such as fd00::/64"),
                one("default-gateway", IpAddress::parse, "not an IP address"),
                one("default-gateway-v6", IpAddress::parse, "not an IP address"),
                settings.text("mtu", "0").equals("0") ? 0 : (int) settings.number("mtu", 0, MIN_MTU, MAX_MTU),
                settings.flag("icc", true),
                settings.flag("ipv6", false),
                settings.flag("ip-masq", true),
                one("ip", IpAddress::parse, "not an IP address").filter(ip -> !ip.isUnspecified()),
                kernel(),
                pools(),
                gateways(),
                defaultOptions());
        check(networks);
        return networks;
    }

    private Networks.Kernel kernel() {
        return new Networks.Kernel(
                settings.flag("ip-forward", true),
                !settings.flag("ip-forward-no-drop", false),
                settings.flag("iptables", true),
                settings.flag("ip6tables", true),
                settings.flag("userland-proxy", true),
                settings.flag("allow-direct-routing", false));
    }

    private <T> Optional<T> one(String name, Function<String, Optional<T>> parse, String complaint) {
        String text = settings.text(name, "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<T> value = parse.apply(text);
        if (value.isEmpty()) {
            problems.add("invalid " + name + " '" + text + "': " + complaint);
        }
        return value;
    }

    private void check(Networks networks) {
        if (!networks.bridge().isEmpty() && networks.bip().isPresent()) {
            problems.add("bridge and bip are mutually exclusive options: the address of an existing bridge is its own");
        }
        if (!networks.icc() && !networks.kernel().iptables()) {
            problems.add("icc=false needs iptables: containers could not be kept apart without rules");
        }
        family("bip", networks.bip().map(HostAddress::address), false);
        family("bip6", networks.bip6().map(HostAddress::address), true);
        family("fixed-cidr", networks.fixedCidr().map(AddressBlock::base), false);
        family("fixed-cidr-v6", networks.fixedCidrV6().map(AddressBlock::base), true);
        family("default-gateway", networks.defaultGateway(), false);
        family("default-gateway-v6", networks.defaultGatewayV6(), true);
        if (networks.bip().isPresent()
                && networks.fixedCidr().isPresent()
                && !networks.bip().get().subnet().contains(networks.fixedCidr().get())) {
            problems.add("fixed-cidr " + networks.fixedCidr().get() + " is not within bip "
                    + networks.bip().get());
        }
    }

    private void family(String name, Optional<IpAddress> address, boolean v6) {
        if (address.isPresent() && address.get().v6() != v6) {
            problems.add("invalid " + name + " '" + address.get() + "': not an " + (v6 ? "IPv6" : "IPv4") + " address");
        }
    }

    private List<AddressPools.Pool> pools() {
        var pools = new ArrayList<AddressPools.Pool>();
        for (String text : settings.list("default-address-pool")) {
            if (!text.startsWith("[")) {
                Map<String, String> pair = fields(text);
                pool(pair.getOrDefault("base", ""), pair.getOrDefault("size", ""), text)
                        .ifPresent(pools::add);
                continue;
            }
            for (JsonNode pool : json(text)) {
                pool(pool.path("base").asText(), pool.path("size").asText(), pool.toString())
                        .ifPresent(pools::add);
            }
        }
        return pools;
    }

    private static Map<String, String> fields(String text) {
        var fields = new LinkedHashMap<String, String>();
        for (String field : text.split(",")) {
            int equals = field.indexOf('=');
            fields.put(equals < 0 ? field : field.substring(0, equals), equals < 0 ? "" : field.substring(equals + 1));
        }
        return fields;
    }

    private Optional<AddressPools.Pool> pool(String base, String size, String shown) {
        Optional<AddressBlock> block = AddressBlock.parse(base);
        if (block.isPresent() && size.matches("[0-9]{1,3}")) {
            try {
                return Optional.of(new AddressPools.Pool(block.get(), Integer.parseInt(size)));
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        }
        problems.add("invalid default address pool '" + shown + "': base=SUBNET,size=PREFIX is needed, such as"
                + " base=10.10.0.0/16,size=24");
        return Optional.empty();
    }

    private List<IpAddress> gateways() {
        var texts = new ArrayList<String>();
        for (String text : settings.list("host-gateway-ip")) {
            if (text.startsWith("[")) {
                json(text).forEach(node -> texts.add(node.asText()));
            } else {
                texts.addAll(List.of(text.replace("\"", "").split(",")));
            }
        }
        var gateways = new ArrayList<IpAddress>();
        for (String text : texts) {
            IpAddress.parse(text)
                    .ifPresentOrElse(
                            gateways::add,
                            () -> problems.add("invalid host-gateway-ip '" + text + "': not an IP address"));
        }
        return gateways;
    }

    /** {@code bridge=com.docker.network.driver.mtu=1450}, or the object of the file. */
    private Map<String, Map<String, String>> defaultOptions() {
        var all = new LinkedHashMap<String, Map<String, String>>();
        for (String text : settings.list("default-network-opt")) {
            if (text.startsWith("{")) {
                json(text)
                        .properties()
                        .forEach(driver -> driver.getValue()
                                .properties()
                                .forEach(o -> all.computeIfAbsent(driver.getKey(), _ -> new LinkedHashMap<>())
                                        .put(o.getKey(), o.getValue().asText())));
                continue;
            }
            String[] parts = text.split("=", 3);
            if (parts.length == 3) {
                all.computeIfAbsent(parts[0], _ -> new LinkedHashMap<>()).put(parts[1], parts[2]);
            } else {
                problems.add("invalid default network option '" + text + "': not DRIVER=NAME=VALUE");
            }
        }
        return all;
    }

    private JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            problems.add("invalid network setting: " + e.getOriginalMessage());
            return JSON.createArrayNode();
        }
    }
}
