package jdocker.daemon.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The few threads that move bytes between sockets: the API's connections and the containers' streams alike. */
public final class EventLoops implements AutoCloseable {
    private final EventLoopGroup group;

    private EventLoops(EventLoopGroup group) {
        this.group = group;
    }

    /** Loads Netty's native part, which takes a moment. */
    public static EventLoops start() {
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
        return new EventLoops(new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("loop", true), HalfClosingEpoll.newFactory()));
    }

    public EventLoopGroup group() {
        return group;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, Duration.ofSeconds(2).toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
