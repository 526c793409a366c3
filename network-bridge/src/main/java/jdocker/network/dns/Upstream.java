package jdocker.network.dns;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Name servers, and the place from which they are asked.
 *
 * @param scope tells answers of one upstream from those of another
 * @param servers the preferred first
 */
record Upstream(Object scope, List<InetSocketAddress> servers, Dialer dialer) {
    /** More servers than this are not worth the wait; resolv.conf(5) knows three. */
    private static final int MOST_SERVERS = 6;

    Upstream {
        servers = servers.stream().distinct().limit(MOST_SERVERS).toList();
    }
}
