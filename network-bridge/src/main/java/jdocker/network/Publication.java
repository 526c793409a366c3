package jdocker.network;

import java.util.List;
import jdocker.kernel.Fd;

/** Ports being published, reserved from the first moment. {@link #close} takes them back; twice does no harm. */
public interface Publication extends AutoCloseable {
    /** With the host's ports chosen. */
    List<PublishedPort> ports();

    /**
     * Waits until connections to the ports arrive, which goes on by itself: call it last before answering.
     *
     * @throws FirewallException if the rules could not be made; the ports are reserved until it is closed
     */
    void await();

    /** Copies of the sockets that keep the ports, for somebody who outlives the daemon; the caller closes them. */
    List<Fd> sockets();

    /**
     * After a restart: from now on the ports are kept by these sockets, {@link #sockets} of the daemon before, and what
     * arrives at them is passed on. Until then only the rules are there. For a port without its socket one is made.
     *
     * @param kept from now on ours
     */
    void resume(List<Fd> kept);

    /**
     * Takes rules and reservations back and forgets what the kernel remembers of datagrams' ways. Rules that cannot be
     * removed now are removed as soon as that can be done.
     */
    @Override
    void close();
}
