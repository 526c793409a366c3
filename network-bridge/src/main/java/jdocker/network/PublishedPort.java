package jdocker.network;

import java.net.InetAddress;

/** A port of the host that leads to a container's. */
public record PublishedPort(
        Protocol protocol, InetAddress hostAddress, int hostPort, InetAddress containerAddress, int containerPort) {

    /** {@code 0.0.0.0:8080/tcp}. */
    public String hostText() {
        String address = Addresses.text(hostAddress);
        return (Addresses.isV6(hostAddress) ? "[" + address + "]" : address) + ":" + hostPort + "/" + protocol.label();
    }

    @Override
    public String toString() {
        return hostText() + " -> " + Addresses.text(containerAddress) + ":" + containerPort;
    }
}
