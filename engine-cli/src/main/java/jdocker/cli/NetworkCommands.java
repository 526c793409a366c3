package jdocker.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The commands of {@code network}. */
final class NetworkCommands {
    private NetworkCommands() {}

    /** {@code network create}. */
    static final class Create extends Command {
        private final Flag attachable = flags().bool("attachable", "Let containers be attached by hand");
        private final Flag auxAddress =
                flags().of(FlagKind.MAP, "aux-address", "Addresses that are somebody else's (name=address)");
        private final Flag configFrom = flags().string("config-from", "The network to take the configuration from");
        private final Flag configOnly = flags().bool("config-only", "Create a network that is a configuration only");
        private final Flag driver =
                flags().add(new Flag("driver", 'd', FlagKind.STRING, "bridge", "Driver that manages the network"));
        private final Flag gateway = flags().of(FlagKind.STRINGS, "gateway", "IPv4 or IPv6 gateway of the subnet");
        private final Flag ingress = flags().bool("ingress", "Create swarm routing-mesh network");
        private final Flag internal = flags().bool("internal", "Restrict external access to the network");
        private final Flag ipRange = flags().of(FlagKind.STRINGS, "ip-range", "Give out addresses of this part alone");
        private final Flag ipamDriver = flags().add(new Flag(
                "ipam-driver", Flag.NO_SHORTHAND, FlagKind.STRING, "default", "IP address management driver"));
        private final Flag ipamOpt = flags().of(FlagKind.MAP, "ipam-opt", "Options of the IPAM driver");
        private final Flag ipv4 = flags().boolOn("ipv4", "Enable or disable IPv4 addresses");
        private final Flag ipv6 = flags().bool("ipv6", "Enable or disable IPv6 addresses");
        private final Flag label = flags().of(FlagKind.LABEL, "label", "Set metadata on a network");
        private final Flag opt = flags().of(FlagKind.MAP, "opt", 'o', "Set driver specific options");
        private final Flag scope = flags().string("scope", "Control the network's scope");
        private final Flag subnet = flags().of(FlagKind.STRINGS, "subnet", "Subnet in CIDR format");

        @Override
        String synopsis() {
            return "[OPTIONS] NETWORK";
        }

        @Override
        Arity arity() {
            return Arity.exactly(1);
        }

        @Override
        int run(Session session, List<String> arguments) {
            JsonObject body = new JsonObject()
                    .with("Name", arguments.getFirst())
                    .with("Driver", driver.text())
                    .with("Scope", scope.text());
            if (ipv4.isSet()) {
                body.with("EnableIPv4", ipv4.isOn());
            }
            if (ipv6.isSet()) {
                body.with("EnableIPv6", ipv6.isOn());
            }
            body.with("IPAM", ipam())
                    .with("Internal", internal.isOn())
                    .with("Attachable", attachable.isOn())
                    .with("Ingress", ingress.isOn())
                    .with("ConfigOnly", configOnly.isOn())
                    .with(
                            "ConfigFrom",
                            configFrom.text().isEmpty() ? null : new JsonObject().with("Network", configFrom.text()))
                    .with("Options", CreateRequest.pairs(opt.values()))
                    .with("Labels", CreateRequest.pairs(label.values()));
            JsonObject answer = Json.object(session.engine().post("/networks/create", new Query(), body));
            if (!answer.text("Warning").isEmpty()) {
                session.err().lineNow("WARNING: " + answer.text("Warning"));
            }
            session.out().line(answer.text("Id"));
            return 0;
        }

        private JsonObject ipam() {
            return new JsonObject()
                    .with("Driver", ipamDriver.text())
                    .with("Options", CreateRequest.pairs(ipamOpt.values()))
                    .with(
                            "Config",
                            SubnetOptions.of(subnet.values(), ipRange.values(), gateway.values(), auxAddress.values()));
        }
    }

    /** {@code network connect}. */
    static final class Connect extends Command {
        private final Flag alias =
                flags().of(FlagKind.STRINGS, "alias", "Another name for the container on the network");
        private final Flag driverOpt = flags().of(FlagKind.STRINGS, "driver-opt", "Driver options for the network");
        private final Flag gwPriority =
                flags().of(FlagKind.INT, "gw-priority", "The highest priority is the default gateway");
        private final Flag ip = flags().string("ip", "IPv4 address (such as 172.30.100.104)");
        private final Flag ip6 = flags().string("ip6", "IPv6 address (such as 2001:db8::33)");
        private final Flag link = flags().of(FlagKind.LINK, "link", "Add a link to another container");
        private final Flag linkLocal = flags().of(FlagKind.STRINGS, "link-local-ip", "Link-local addresses");

        @Override
        String synopsis() {
            return "[OPTIONS] NETWORK CONTAINER";
        }

        @Override
        Arity arity() {
            return Arity.exactly(2);
        }

        @Override
        int run(Session session, List<String> arguments) {
            JsonObject ipam = new JsonObject()
                    .with("IPv4Address", ip.text())
                    .with("IPv6Address", ip6.text())
                    .with("LinkLocalIPs", linkLocal.values().isEmpty() ? null : linkLocal.values());
            JsonObject endpoint = new JsonObject()
                    .with("IPAMConfig", ipam)
                    .with("Links", link.values())
                    .with("Aliases", alias.values())
                    .with("DriverOpts", CreateRequest.pairs(driverOpt.values()))
                    .with("GwPriority", gwPriority.isSet() ? gwPriority.number() : 0);
            session.engine()
                    .post(
                            "/networks/" + Query.pathElement(arguments.getFirst()) + "/connect",
                            new Query(),
                            new JsonObject().with("Container", arguments.get(1)).with("EndpointConfig", endpoint));
            return 0;
        }
    }

    /** {@code network disconnect}. */
    static final class Disconnect extends Command {
        private final Flag force = flags().bool("force", 'f', "Force the container to disconnect from a network");

        @Override
        String synopsis() {
            return "[OPTIONS] NETWORK CONTAINER";
        }

        @Override
        Arity arity() {
            return Arity.exactly(2);
        }

        @Override
        int run(Session session, List<String> arguments) {
            session.engine()
                    .post(
                            "/networks/" + Query.pathElement(arguments.getFirst()) + "/disconnect",
                            new Query(),
                            new JsonObject().with("Container", arguments.get(1)).with("Force", force.isOn()));
            return 0;
        }
    }

    /** {@code network ls}. */
    static final class ListAll extends Command {
        private final Flag filter =
                flags().of(FlagKind.FILTER, "filter", 'f', "Provide filter values (such as \"driver=bridge\")");
        private final Flag format = flags().string("format", Formats.FOR_LISTS);
        private final Flag noTrunc = flags().bool("no-trunc", "Do not truncate the output");
        private final Flag quiet = flags().bool("quiet", 'q', "Only display network IDs");

        @Override
        String synopsis() {
            return "[OPTIONS]";
        }

        @Override
        Arity arity() {
            return Arity.exactly(0);
        }

        @Override
        int run(Session session, List<String> arguments) {
            Query query = new Query();
            Filters.of(filter).addTo(query);
            String shape = format.text();
            if (shape.isEmpty() && !quiet.isOn()) {
                shape = session.config().text("networksFormat");
            }
            Listing listing = new Listing(session.out(), shape, NetworkRow.COLUMNS);
            List<NetworkRow> rows = new ArrayList<>();
            for (JsonObject network : Json.objects(session.engine().get("/networks", query))) {
                rows.add(new NetworkRow(network, noTrunc.isOn()));
            }
            if (quiet.isOn() && (shape.isEmpty() || shape.equals("table"))) {
                rows.forEach(row -> session.out().line(row.id()));
                return 0;
            }
            listing.print(NetworkRow.USUAL, rows);
            return 0;
        }
    }

    /** {@code network rm}. */
    static final class Remove extends Command {
        private final Flag force = flags().bool("force", 'f', "Do not error if the network does not exist");

        @Override
        String synopsis() {
            return "NETWORK [NETWORK...]";
        }

        @Override
        Arity arity() {
            return Arity.atLeast(1);
        }

        @Override
        int run(Session session, List<String> arguments) {
            // One after the other: nobody wants half of them gone because they were removed at once.
            boolean good = true;
            for (String name : arguments) {
                try {
                    session.engine().delete("/networks/" + Query.pathElement(name), new Query());
                    session.out().lineNow(name);
                } catch (EngineError e) {
                    if (!(force.isOn() && e.isNotFound())) {
                        session.err().lineNow(e.text());
                        good = false;
                    }
                }
            }
            return good ? 0 : 1;
        }
    }

    /** {@code network prune}. */
    static final class Prune extends Command {
        private final Flag filter =
                flags().of(FlagKind.FILTER, "filter", "Provide filter values (such as \"until=<timestamp>\")");
        private final Flag force = flags().bool("force", 'f', "Do not prompt for confirmation");

        @Override
        String synopsis() {
            return "[OPTIONS]";
        }

        @Override
        Arity arity() {
            return Arity.exactly(0);
        }

        @Override
        int run(Session session, List<String> arguments) {
            if (!force.isOn() && !isConfirmed(session)) {
                throw new CliError("network prune has been cancelled");
            }
            Query query = new Query();
            Filters.of(filter).addTo(query);
            JsonObject answer = Json.object(session.engine().post("/networks/prune", query, null));
            List<String> deleted = answer.texts("NetworksDeleted");
            if (!deleted.isEmpty()) {
                session.out().line("Deleted Networks:");
                deleted.forEach(name -> session.out().line(name));
                session.out().line("");
            }
            return 0;
        }

        private static boolean isConfirmed(Session session) {
            session.out()
                    .print("WARNING! This will remove all custom networks not used by at least one container.\n"
                            + "Are you sure you want to continue? [y/N] ");
            session.out().flush();
            var line = new StringBuilder();
            try {
                for (int c = session.invocation().in().read();
                        c >= 0 && c != '\n';
                        c = session.invocation().in().read()) {
                    line.append((char) c);
                }
            } catch (IOException e) {
                return false;
            }
            String answer = line.toString().strip().toLowerCase(Locale.ROOT);
            return answer.equals("y") || answer.equals("yes");
        }
    }
}
