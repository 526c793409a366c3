package jdocker.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A container's ports in one line, runs of neighbours as ranges: {@code 443-444/tcp, 0.0.0.0:8080->80/tcp}. */
final class PortList {
    private PortList() {}

    private record Port(String ip, int inside, int outside, String type) implements Comparable<Port> {
        @Override
        public int compareTo(Port other) {
            if (inside != other.inside) {
                return Integer.compare(inside, other.inside);
            }
            if (!ip.equals(other.ip)) {
                return ip.compareTo(other.ip);
            }
            return outside != other.outside ? Integer.compare(outside, other.outside) : type.compareTo(other.type);
        }
    }

    private record Run(int first, int last) {}

    static String of(List<JsonObject> json) {
        if (json.isEmpty()) {
            return "";
        }
        List<Port> ports = new ArrayList<>();
        for (JsonObject port : json) {
            ports.add(new Port(
                    port.text("IP"),
                    (int) port.number("PrivatePort"),
                    (int) port.number("PublicPort"),
                    port.text("Type")));
        }
        ports.sort(null);
        List<String> shown = new ArrayList<>();
        List<String> mapped = new ArrayList<>();
        Map<String, Run> runs = new LinkedHashMap<>();
        for (Port port : ports) {
            if (!port.ip().isEmpty() && port.outside() != port.inside()) {
                mapped.add(join(port.ip(), String.valueOf(port.outside())) + "->" + port.inside() + "/" + port.type());
                continue;
            }
            String key = port.ip().isEmpty() ? port.type() : port.ip() + "/" + port.type();
            Run run = runs.get(key);
            if (run != null && port.inside() != run.last() + 1) {
                shown.add(show(key, run));
            }
            boolean grows = run != null && port.inside() == run.last() + 1;
            runs.put(key, new Run(grows && run != null ? run.first() : port.inside(), port.inside()));
        }
        for (Map.Entry<String, Run> run : runs.entrySet()) {
            shown.add(show(run.getKey(), run.getValue()));
        }
        shown.addAll(mapped);
        return String.join(", ", shown);
    }

    private static String show(String key, Run run) {
        int slash = key.indexOf('/');
        String ports = run.first() == run.last() ? String.valueOf(run.first()) : run.first() + "-" + run.last();
        return slash < 0
                ? ports + "/" + key
                : join(key.substring(0, slash), ports) + "->" + ports + key.substring(slash);
    }

    private static String join(String ip, String port) {
        return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port;
    }
}
