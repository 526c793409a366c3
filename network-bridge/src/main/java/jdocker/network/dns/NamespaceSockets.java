package jdocker.network.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.NfTablesMessage;
import jdocker.kernel.SocketType;
import jdocker.kernel.SyscallException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How port 53 of 127.0.0.11 leads to sockets elsewhere: two chains of nf_tables rewrite the port on the way out, of queries
 * before connection tracking sees them, of answers after it has. No NAT and hence no connection tracking, which would cost
 * every packet of the container; and port 53 stays free for a name server of the container's own, on any address.
 */
final class NamespaceSockets {
    static final InetAddress ADDRESS = Inet4Address.ofLiteral("127.0.0.11");
    static final int PORT = 53;
    private static final Logger log = LoggerFactory.getLogger(NamespaceSockets.class);
    private static final String TABLE = "jdocker-dns";
    private static final String QUERIES = "queries";
    private static final String ANSWERS = "answers";
    private static final int BEFORE_TRACKING = -300;
    private static final int AFTER_ALL = 300;
    private static final int IP_SOURCE = 12;
    private static final int IP_DESTINATION = 16;
    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;

    /** A transport protocol: its number and where in its header the checksum is. */
    private enum Protocol {
        TCP(6, 16),
        UDP(17, 6);

        private final int number;
        private final int checksum;

        Protocol(int number, int checksum) {
            this.number = number;
            this.checksum = checksum;
        }
    }

    private NamespaceSockets() {}

    static DnsSockets open(Kernel kernel) {
        DnsSockets sockets = bound(kernel, 0);
        try {
            lead(kernel, rules(port(kernel, sockets.udp()), port(kernel, sockets.tcp())));
            return sockets;
        } catch (SyscallException e) {
            sockets.close();
            if (e.is(Errno.EPERM)) {
                throw e;
            }
            log.info(
                    "no rules for the resolver ({}): it takes port 53 of {} itself, so a name server in a container has"
                            + " to leave that address out",
                    e.getMessage(),
                    ADDRESS.getHostAddress());
            return bound(kernel, PORT);
        }
    }

    /** In a namespace whose earlier sockets are lost the rules for them are replaced. */
    private static void lead(Kernel kernel, List<NfTablesMessage> rules) {
        try {
            kernel.netfilter().commit(rules);
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            List<NfTablesMessage> replacing = new ArrayList<>(List.of(NfTablesMessage.withoutTable(TABLE)));
            replacing.addAll(rules);
            kernel.netfilter().commit(replacing);
        }
    }

    private static DnsSockets bound(Kernel kernel, int port) {
        Fd udp = kernel.inetSockets().bound(SocketType.DATAGRAM, ADDRESS, port);
        try {
            return new DnsSockets(udp, kernel.inetSockets().bound(SocketType.STREAM, ADDRESS, port));
        } catch (SyscallException e) {
            udp.close();
            throw e;
        }
    }

    private static int port(Kernel kernel, Fd socket) {
        return kernel.inetSockets().local(socket).getPort();
    }

    static List<NfTablesMessage> rules(int udpPort, int tcpPort) {
        var changes = new ArrayList<NfTablesMessage>();
        changes.add(NfTablesMessage.newTable(TABLE));
        changes.add(NfTablesMessage.outputChain(TABLE, QUERIES, BEFORE_TRACKING));
        changes.add(NfTablesMessage.outputChain(TABLE, ANSWERS, AFTER_ALL));
        for (Protocol protocol : Protocol.values()) {
            byte[] ours = bytes(protocol == Protocol.UDP ? udpPort : tcpPort);
            changes.add(NfTablesMessage.rule(
                    TABLE,
                    QUERIES,
                    rule -> rule.network(IP_DESTINATION, ADDRESS.getAddress())
                            .protocol(protocol.number)
                            .transport(DESTINATION_PORT, bytes(PORT))
                            .write(DESTINATION_PORT, ours, protocol.checksum)));
            changes.add(NfTablesMessage.rule(
                    TABLE,
                    ANSWERS,
                    rule -> rule.network(IP_SOURCE, ADDRESS.getAddress())
                            .protocol(protocol.number)
                            .transport(SOURCE_PORT, ours)
                            .write(SOURCE_PORT, bytes(PORT), protocol.checksum)));
        }
        return changes;
    }

    private static byte[] bytes(int port) {
        return ByteBuffer.allocate(2).putShort((short) port).array();
    }
}
