package jdocker.network.dns;

import java.util.List;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;

/**
 * The two sockets of the resolver in one network namespace: bound to random ports of 127.0.0.11, with rules in the namespace
 * that lead port 53 of that address to them. Whoever holds the descriptors keeps queries waiting instead of failing: the
 * shim does while no daemon runs.
 *
 * @param udp bound
 * @param tcp bound, listening
 */
public record DnsSockets(Fd udp, Fd tcp) implements AutoCloseable {
    /** Makes both, and the rules, in the calling thread's network namespace, whose loopback is up; some 100 µs. */
    public static DnsSockets openHere(Kernel kernel) {
        return NamespaceSockets.open(kernel);
    }

    /** In the order in which {@link #of} takes them. */
    public List<Fd> descriptors() {
        return List.of(udp, tcp);
    }

    /** From the descriptors that a shim has held. */
    public static DnsSockets of(List<Fd> descriptors) {
        return new DnsSockets(descriptors.get(0), descriptors.get(1));
    }

    /** Copies, for an owner of its own. */
    public DnsSockets duplicate() {
        return new DnsSockets(udp.duplicate(), tcp.duplicate());
    }

    @Override
    public void close() {
        udp.close();
        tcp.close();
    }
}
