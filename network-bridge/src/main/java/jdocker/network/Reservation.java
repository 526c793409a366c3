package jdocker.network;

import java.util.Optional;
import jdocker.kernel.Fd;

/**
 * A port that is kept for a sandbox.
 *
 * @param socket bound to it; absent where nothing has to be kept (routed networks) or can be (no sctp in the kernel)
 * @param translated whether a rule leads there
 * @param proxied whether connections arrive at the socket and are passed on by us
 */
record Reservation(PublishedPort port, Optional<Fd> socket, boolean translated, boolean proxied) {}
