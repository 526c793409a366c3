package jdocker.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.SyscallException;

/** The host's ports that are taken by us, and the taking of them. */
final class HostPorts {
    private static final int FALLBACK_FIRST = 49153;
    private static final int FALLBACK_LAST = 65535;

    private final Kernel kernel;
    private final List<Taken> taken = new ArrayList<>();
    private int cursor;

    private record Taken(Protocol protocol, InetAddress address, int port, String owner) {
        boolean meets(Protocol otherProtocol, InetAddress other, int otherPort) {
            return protocol == otherProtocol
                    && port == otherPort
                    && Addresses.isV6(address) == Addresses.isV6(other)
                    && (address.isAnyLocalAddress() || other.isAnyLocalAddress() || address.equals(other));
        }
    }

    HostPorts(Kernel kernel) {
        this.kernel = kernel;
    }

    /** What is wanted of one address: whether packets are led away from the socket before they reach it. */
    record Want(InetAddress address, boolean deaf) {}

    /** A port that is taken at each of the addresses, in their order. */
    record Got(int port, List<Optional<Fd>> sockets) {}

    /**
     * The first port of the range that is free at all the addresses.
     *
     * @throws PortInUse if there is none
     * @throws NetworkException if an address is not the host's
     */
    synchronized Got take(Protocol protocol, List<Want> wants, PortRange range, String owner, KeptSockets kept) {
        PortRange from = range.isAny() ? ephemeral() : range;
        int count = from.last() - from.first() + 1;
        int offset = range.isAny() ? Math.floorMod(cursor - from.first(), count) : 0;
        PortInUse last = null;
        for (int i = 0; i < count; i++) {
            int port = from.first() + (offset + i) % count;
            try {
                List<Optional<Fd>> sockets = bindAll(protocol, wants, port, kept);
                wants.forEach(want -> taken.add(new Taken(protocol, want.address(), port, owner)));
                if (range.isAny()) {
                    cursor = port + 1; // a port that has just become free may still be known to somebody
                }
                return new Got(port, sockets);
            } catch (PortInUse e) {
                last = e;
            }
        }
        if (last == null || count == 1) {
            throw last == null ? new NetworkException("no ports in " + range) : last;
        }
        throw new PortInUse("every port of " + from + "/" + protocol.label(), "others; the last: " + last.getMessage());
    }

    /** Ports that a sandbox of an earlier daemon has; the sockets come later. */
    synchronized void claim(Protocol protocol, List<Want> wants, int port, String owner) {
        wants.forEach(want -> taken.add(new Taken(protocol, want.address(), port, owner)));
    }

    /** The socket of a port that was claimed. */
    synchronized Optional<Fd> resume(Protocol protocol, Want want, int port, KeptSockets kept) {
        Optional<Fd> held = kept.take(protocol, want.address(), port, want.deaf());
        return held.isPresent() ? held : open(protocol, want, port);
    }

    synchronized void give(Protocol protocol, InetAddress address, int port) {
        taken.stream()
                .filter(one -> one.protocol == protocol && one.port == port && one.address.equals(address))
                .findFirst()
                .ifPresent(taken::remove);
    }

    private List<Optional<Fd>> bindAll(Protocol protocol, List<Want> wants, int port, KeptSockets kept) {
        List<Optional<Fd>> sockets = new ArrayList<>();
        try {
            for (Want want : wants) {
                sockets.add(bind(protocol, want, port, kept));
            }
            return sockets;
        } catch (RuntimeException e) {
            sockets.forEach(socket -> socket.ifPresent(Fd::close));
            throw e;
        }
    }

    private Optional<Fd> bind(Protocol protocol, Want want, int port, KeptSockets kept) {
        for (Taken one : taken) {
            if (one.meets(protocol, want.address(), port)) {
                throw new PortInUse(text(protocol, want.address(), port), one.owner);
            }
        }
        Optional<Fd> held = kept.take(protocol, want.address(), port, want.deaf());
        return held.isPresent() ? held : open(protocol, want, port);
    }

    private Optional<Fd> open(Protocol protocol, Want want, int port) {
        String text = text(protocol, want.address(), port);
        try {
            return Optional.of(kernel.portSockets().bind(protocol.number(), want.address(), port, want.deaf()));
        } catch (SyscallException e) {
            switch (e.errno()) {
                case EADDRINUSE -> throw new PortInUse(text, PortOwners.of(protocol, port));
                case EADDRNOTAVAIL ->
                    throw new NetworkException("cannot publish " + text + ": the host has no such address", e);
                default -> {
                    if (protocol == Protocol.SCTP && !e.is(Errno.EACCES)) {
                        return Optional.empty(); // no sctp in this kernel: nobody of the host can have the port
                    }
                    throw new NetworkException("cannot publish " + text + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private static String text(Protocol protocol, InetAddress address, int port) {
        return new PublishedPort(protocol, address, port, address, port).hostText();
    }

    private static PortRange ephemeral() {
        String[] words =
                HostSettings.read("ipv4/ip_local_port_range").orElse("").split("\\s+");
        try {
            return new PortRange(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return new PortRange(FALLBACK_FIRST, FALLBACK_LAST);
        }
    }
}
