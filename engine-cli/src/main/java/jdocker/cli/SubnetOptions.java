package jdocker.cli;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Brings each {@code --ip-range}, {@code --gateway} and {@code --aux-address} to the {@code --subnet} it is in. */
final class SubnetOptions {
    private final Map<String, JsonObject> bySubnet = new LinkedHashMap<>();

    private SubnetOptions() {}

    static List<JsonObject> of(List<String> subnets, List<String> ranges, List<String> gateways, List<String> aux) {
        var options = new SubnetOptions();
        if (subnets.size() < ranges.size() || subnets.size() < gateways.size()) {
            throw new CliError("every ip-range or gateway must have a corresponding subnet");
        }
        for (String subnet : subnets) {
            options.bySubnet.put(subnet, new JsonObject().with("Subnet", subnet));
        }
        for (String range : ranges) {
            options.assign(range, "no matching subnet for range " + range, (config, value) -> {
                once(
                        config,
                        "IPRange",
                        "cannot configure multiple ranges (" + value + ", " + config.text("IPRange") + ")");
                config.with("IPRange", value);
            });
        }
        for (String gateway : gateways) {
            options.assign(gateway, "no matching subnet for gateway " + gateway, (config, value) -> {
                once(
                        config,
                        "Gateway",
                        "cannot configure multiple gateways (" + value + ", " + config.text("Gateway") + ")");
                config.with("Gateway", value);
            });
        }
        for (String pair : aux) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? "" : pair.substring(0, equals);
            options.assign(
                    pair.substring(equals + 1), "no matching subnet for aux-address " + pair, (config, value) -> {
                        JsonObject addresses = config.object("AuxiliaryAddresses");
                        config.with("AuxiliaryAddresses", addresses.with(name, value));
                    });
        }
        return new ArrayList<>(options.bySubnet.values());
    }

    private static void once(JsonObject config, String field, String complaint) {
        if (config.has(field)) {
            throw new CliError(complaint);
        }
    }

    private void assign(String value, String complaint, BiConsumer<JsonObject, String> change) {
        for (Map.Entry<String, JsonObject> entry : bySubnet.entrySet()) {
            if (contains(entry.getKey(), value)) {
                change.accept(entry.getValue(), value);
                return;
            }
        }
        throw new CliError(complaint);
    }

    /** Whether an address, or the beginning of a range, is in a subnet; what makes no sense is the daemon's to refuse. */
    private static boolean contains(String subnet, String value) {
        int slash = subnet.indexOf('/');
        byte[] base = bytes(slash < 0 ? subnet : subnet.substring(0, slash));
        int end = value.indexOf('/');
        byte[] address = bytes(end < 0 ? value : value.substring(0, end));
        int prefix = slash < 0 ? base.length * 8 : number(subnet.substring(slash + 1));
        if (base.length == 0 || base.length != address.length || prefix < 0 || prefix > base.length * 8) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((base[bit / 8] & mask) != (address[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(String text) {
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
