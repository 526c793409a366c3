package jdocker.network;

import java.util.List;

/** Ports being published, reserved from the first moment. {@link #close} takes them back; twice does no harm. */
public interface Publication extends AutoCloseable {
    /** With the host's ports chosen. */
    List<PublishedPort> ports();

    /**
     * Waits until connections to the ports arrive, which goes on by itself: call it last before answering.
     *
     * @throws FirewallException if the rules could not be made; nothing is published then
     */
    void await();

    /** Takes rules and reservations back and forgets what the kernel remembers of datagrams' ways. */
    @Override
    void close();
}
