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
        // What Netty does at its start for things that nobody here asks for: it would begin the flight recorder, and
        // look at every network interface to make names of channels unique in the world.
        defaultTo("io.netty.jfr.enabled", "false");
        defaultTo("io.netty.machineId", "00:00:00:00:00:00:00:01");
        defaultTo("io.netty.leakDetection.level", "disabled");
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
        return new EventLoops(new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("loop", true), HalfClosingEpoll.newFactory()));
    }

    private static void defaultTo(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
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
