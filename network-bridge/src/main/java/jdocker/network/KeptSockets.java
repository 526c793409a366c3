package jdocker.network;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;

/** Sockets that keep ports already, of which those that are wanted are taken; the others are closed at last. */
final class KeptSockets implements AutoCloseable {
    private final Kernel kernel;
    private final List<Fd> sockets;

    KeptSockets(Kernel kernel, List<Fd> sockets) {
        this.kernel = kernel;
        this.sockets = new ArrayList<>(sockets);
    }

    /**
     * The one that keeps exactly this port, from now on the caller's.
     *
     * @param deaf whether what arrives there is dropped
     */
    Optional<Fd> take(Protocol protocol, InetAddress address, int port, boolean deaf) {
        var wanted = new InetSocketAddress(address, port);
        for (Iterator<Fd> each = sockets.iterator(); each.hasNext(); ) {
            Fd socket = each.next();
            if (kernel.inetSockets().local(socket).equals(wanted)
                    && kernel.portSockets().protocol(socket) == protocol.number()) {
                kernel.portSockets().deafen(socket, deaf);
                each.remove(); // now that nothing can fail: until here it is closed with the others
                return Optional.of(socket);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        sockets.forEach(Fd::close);
        sockets.clear();
    }
}
