package jdocker.daemon.container;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import jdocker.kernel.Fd;

/** The console of each container's current run, or of its next one when clients have come early. */
final class Consoles {
    private static final int SMALLEST_READ = 2 * 1024;
    private static final int FIRST_READ = 16 * 1024;
    private static final int LARGEST_READ = 256 * 1024;

    private final Map<String, Console> current = new ConcurrentHashMap<>();
    private final Supplier<EventLoop> loops;

    Consoles(Supplier<EventLoop> loops) {
        this.loops = loops;
    }

    /** The container's console; made on the loop of the client that comes first, so that its bytes stay there. */
    Console of(Container c, Optional<EventLoop> preferred) {
        return current.computeIfAbsent(
                c.id(),
                _ -> new Console(
                        preferred.orElseGet(loops), c.config().tty(), c.config().stdinOnce()));
    }

    Optional<Console> find(String id) {
        return Optional.ofNullable(current.get(id));
    }

    /** This run is over: who attaches from now on waits for the next. The clients stay until they have all output. */
    Optional<Console> retire(String id) {
        return Optional.ofNullable(current.remove(id));
    }

    /** A console of its own, for an exec. */
    Console forExec(boolean tty, Optional<EventLoop> preferred) {
        return new Console(preferred.orElseGet(loops), tty, true);
    }

    /** The Netty side of a shim's control socket; takes the descriptor over. */
    static Channel channel(Fd control) {
        var channel = new EpollDomainSocketChannel(control.release());
        channel.config()
                .setOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ));
        return channel;
    }
}
