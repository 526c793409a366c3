package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** {@code port}: where a container's ports are published. */
final class PortCommand extends Command {
    @Override
    String synopsis() {
        return "CONTAINER [PRIVATE_PORT[/PROTO]]";
    }

    @Override
    Arity arity() {
        return new Arity(1, 2);
    }

    @Override
    int run(Session session, List<String> arguments) {
        JsonObject inspect = ContainerCalls.inspect(session, arguments.getFirst());
        JsonObject ports = inspect.object("NetworkSettings").object("Ports");
        if (arguments.size() == 2) {
            return one(session, ports, arguments);
        }
        List<String> names = new ArrayList<>(ports.fields().keySet());
        names.sort((a, b) ->
                Integer.compare(number(a), number(b)) != 0 ? Integer.compare(number(a), number(b)) : a.compareTo(b));
        for (String name : names) {
            for (JsonObject binding : ports.objects(name)) {
                session.out().line(name + " -> " + address(binding));
            }
        }
        return 0;
    }

    private static int one(Session session, JsonObject ports, List<String> arguments) {
        String wanted = arguments.get(1);
        String key = wanted.contains("/") ? wanted : wanted + "/tcp";
        if (ports.objects(key).isEmpty()) {
            throw new CliError("Error: No public port '" + wanted + "' published for " + arguments.getFirst());
        }
        for (JsonObject binding : ports.objects(key)) {
            session.out().line(address(binding));
        }
        return 0;
    }

    private static int number(String port) {
        int slash = port.indexOf('/');
        try {
            return Integer.parseInt(slash < 0 ? port : port.substring(0, slash));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static String address(JsonObject binding) {
        String ip = binding.text("HostIp");
        return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + binding.text("HostPort");
    }
}
