package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code -p} and {@code --expose} ask for together. */
final class PortOptions {
    private static final int GREATEST = 65535;

    private final Map<String, Object> exposed = new TreeMap<>();
    private final Map<String, List<JsonObject>> bindings = new TreeMap<>();

    private record Range(int first, int last) {
        int size() {
            return last - first + 1;
        }

        static Range parse(String text) {
            int dash = text.indexOf('-');
            int first = port(dash < 0 ? text : text.substring(0, dash));
            int last = dash < 0 ? first : port(text.substring(dash + 1));
            if (last < first) {
                throw new IllegalArgumentException("invalid range specified for port: " + text);
            }
            return new Range(first, last);
        }

        private static int port(String text) {
            return (int) Values.unsigned(text, GREATEST);
        }
    }

    static PortOptions of(List<String> publish, List<String> expose) {
        PortOptions ports = new PortOptions();
        for (String spec : publish) {
            ports.publish(spec.contains("=") ? standardNotation(spec) : spec);
        }
        for (String spec : expose) {
            ports.expose(spec);
        }
        return ports;
    }

    JsonObject exposed() {
        return new JsonObject(new TreeMap<>(exposed));
    }

    JsonObject bindings() {
        return new JsonObject(new TreeMap<>(bindings));
    }

    private static String standardNotation(String spec) {
        String published = "";
        String target = "";
        String protocol = "tcp";
        for (String field : spec.split(",")) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw new CliError("invalid publish opts format (should be name=value but got '" + field + "')");
            }
            String value = field.substring(equals + 1);
            switch (field.substring(0, equals)) {
                case "published" -> published = value;
                case "target" -> target = value;
                case "protocol" -> protocol = value;
                default -> {
                    // Docker passes over what it does not know here.
                }
            }
        }
        return published + ":" + target + "/" + protocol;
    }

    // [[address:]hostPort[-range]:]containerPort[-range][/protocol]
    private void publish(String spec) {
        int slash = spec.lastIndexOf('/');
        String protocol = protocol(slash < 0 ? "tcp" : spec.substring(slash + 1));
        String rest = slash < 0 ? spec : spec.substring(0, slash);
        int lastColon = rest.lastIndexOf(':');
        String container = rest.substring(lastColon + 1);
        String before = lastColon < 0 ? "" : rest.substring(0, lastColon);
        int hostColon = before.lastIndexOf(':');
        String host = before.substring(hostColon + 1);
        String address = hostColon < 0 ? "" : before.substring(0, hostColon);
        if (address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        }
        if (container.isEmpty()) {
            throw new CliError("no port specified: " + spec + "<empty>");
        }
        if (!address.isEmpty()) {
            try {
                Values.ipAddress(address);
            } catch (IllegalArgumentException _) {
                throw new CliError("invalid IP address: " + address);
            }
        }
        bind(address, host, container, protocol);
    }

    private void bind(String address, String host, String container, String protocol) {
        Range inside = range("containerPort", container);
        Range outside = host.isEmpty() ? null : range("hostPort", host);
        // A wider range outside lets the daemon choose one port from it.
        boolean choice = outside != null && inside.size() == 1 && outside.size() > 1;
        if (outside != null && !choice && outside.size() != inside.size()) {
            throw new CliError("invalid ranges specified for container and host Ports: " + container + " and " + host);
        }
        for (int i = 0; i < inside.size(); i++) {
            String hostPort = outside == null ? "" : choice ? host : Integer.toString(outside.first() + i);
            String port = inside.first() + i + "/" + protocol;
            exposed.put(port, new JsonObject());
            bindings.computeIfAbsent(port, _ -> new ArrayList<>())
                    .add(new JsonObject().with("HostIp", address).with("HostPort", hostPort));
        }
    }

    private void expose(String spec) {
        if (spec.contains(":")) {
            throw new CliError("invalid port format for --expose: " + spec);
        }
        int slash = spec.indexOf('/');
        String protocol = slash < 0 ? "tcp" : protocol(spec.substring(slash + 1));
        Range range;
        try {
            range = Range.parse(slash < 0 ? spec : spec.substring(0, slash));
        } catch (IllegalArgumentException e) {
            throw new CliError("invalid range format for --expose: " + spec + ", error: " + e.getMessage());
        }
        for (int port = range.first(); port <= range.last(); port++) {
            exposed.putIfAbsent(port + "/" + protocol, new JsonObject());
        }
    }

    private static Range range(String what, String text) {
        try {
            return Range.parse(text);
        } catch (IllegalArgumentException _) {
            throw new CliError("invalid " + what + ": " + text);
        }
    }

    private static String protocol(String name) {
        String lower = name.toLowerCase(java.util.Locale.ROOT);
        return switch (lower) {
            case "tcp", "udp", "sctp" -> lower;
            default -> throw new CliError("invalid proto: " + name);
        };
    }
}
