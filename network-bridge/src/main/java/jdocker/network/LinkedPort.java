package jdocker.network;

import java.net.InetAddress;

/**
 * A port that one address on a network may reach at another, although the network keeps its containers apart.
 *
 * @param networkId a network without {@code icc}; elsewhere nothing has to be opened
 * @param from an IPv4 address, who asks
 * @param to who answers
 */
public record LinkedPort(String networkId, InetAddress from, InetAddress to, Protocol protocol, int port) {}
