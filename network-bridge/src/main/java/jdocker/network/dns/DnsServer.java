package jdocker.network.dns;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;

/**
 * The resolver of all containers: one event loop that answers names of containers from a {@link NameTable} and asks the
 * host's servers, or those a container names, for all others. Thread safe, and nothing waits.
 */
public final class DnsServer implements AutoCloseable {
    private static final int DIALING_THREADS = 2;
    private static final int DIALS_WAITING = 1024;

    private final Kernel kernel;
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final ExecutorService dialing;
    private final LocalNames names;
    private final Forwarder forwarder;
    private final HostServers host;
    private final Dialer hostDialer;
    private final Counters counters = new Counters();
    private final Map<String, SandboxResolver> sandboxes = new HashMap<>(); // of the loop

    private DnsServer(Kernel kernel, NameTable table, Path hostResolvConf, int port) {
        this.kernel = kernel;
        this.group =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("dns", true), EpollIoHandler.newFactory());
        this.loop = group.next();
        // Threads only while some container's own servers are asked.
        var pool = new ThreadPoolExecutor(
                DIALING_THREADS,
                DIALING_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(DIALS_WAITING),
                new DefaultThreadFactory("dns-dial", true));
        pool.allowCoreThreadTimeOut(true);
        this.dialing = pool;
        this.names = new LocalNames(table, new SecureRandom());
        this.forwarder = new Forwarder(loop, counters);
        this.host = new HostServers(hostResolvConf, port, forwarder::forget);
        this.hostDialer = Dialer.host(kernel);
    }

    /**
     * Starts the resolver without any container.
     *
     * @param hostResolvConf the file that names the host's servers, {@code /etc/resolv.conf}
     */
    public static DnsServer start(Kernel kernel, NameTable table, Path hostResolvConf) {
        return new DnsServer(kernel, table, hostResolvConf, NamespaceSockets.PORT);
    }

    /** With the host's servers on another port, for tests. */
    static DnsServer start(Kernel kernel, NameTable table, Path hostResolvConf, int port) {
        return new DnsServer(kernel, table, hostResolvConf, port);
    }

    /**
     * Answers what comes in at these sockets from now on. Returns at once: until the loop has taken them up, queries wait. The
     * table must know the sandbox before: what is on no network has no way out and learns no names outside.
     *
     * @param sandbox as in the {@link NameTable}; one that is attached already gets these sockets instead
     * @param sockets ours from now on
     * @param namespace opens the sandbox's network namespace, for {@link DnsSettings#servers}; called on another thread
     */
    public void attach(String sandbox, DnsSockets sockets, DnsSettings settings, Supplier<Fd> namespace) {
        loop.execute(() -> {
            SandboxResolver resolver = new SandboxResolver(this, sandbox, sockets, settings, namespace);
            SandboxResolver before = sandboxes.put(sandbox, resolver);
            if (before != null) {
                before.close();
            }
            resolver.open();
        });
    }

    /** Closes a sandbox's sockets; those that somebody else holds go on taking queries, which nobody answers. */
    public void detach(String sandbox) {
        loop.execute(() -> {
            SandboxResolver resolver = sandboxes.remove(sandbox);
            if (resolver != null) {
                resolver.close();
            }
        });
    }

    /** What it has done so far. */
    public DnsStatistics statistics() {
        return loop.submit(counters::snapshot).syncUninterruptibly().getNow();
    }

    @Override
    public void close() {
        loop.execute(() -> {
            sandboxes.values().forEach(SandboxResolver::close);
            forwarder.close();
        });
        group.shutdownGracefully(0, Duration.ofSeconds(2).toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(3, TimeUnit.SECONDS);
        dialing.shutdownNow();
    }

    EventLoop loop() {
        return loop;
    }

    Kernel kernel() {
        return kernel;
    }

    LocalNames names() {
        return names;
    }

    Forwarder forwarder() {
        return forwarder;
    }

    Counters counters() {
        return counters;
    }

    /** The host's servers as they are now. */
    Upstream hostUpstream() {
        List<InetSocketAddress> servers = host.servers(System.nanoTime());
        return new Upstream("host", servers, hostDialer);
    }

    Dialer dialerWithin(Supplier<Fd> namespace) {
        return Dialer.within(kernel, namespace, dialing, loop);
    }
}
