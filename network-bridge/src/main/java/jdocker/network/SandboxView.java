package jdocker.network;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** What a network namespace holds at a moment. */
public record SandboxView(List<Interface> interfaces, List<Route> routes) {
    public SandboxView {
        interfaces = List.copyOf(interfaces);
        routes = List.copyOf(routes);
    }

    /** {@code up}: administratively and with a carrier. */
    public record Interface(String name, String mac, int mtu, boolean up, List<InterfaceAddress> addresses) {
        public Interface {
            addresses = List.copyOf(addresses);
        }
    }

    /** Of the main table. */
    public record Route(Subnet destination, Optional<InetAddress> gateway, String interfaceName) {}
}
