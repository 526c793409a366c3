package jdocker.network;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import jdocker.kernel.Epoll;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.PollEvent;
import jdocker.kernel.Sockets;
import jdocker.kernel.SyscallException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what address translation can't: what the host sends to ::1, IPv6 to a container that has none, and
 * what a container sends to the published port of another from which it is isolated. One thread
 * waits for all; a connection has two of its own while it lasts. Whoever reaches a port can have so many connections and
 * send datagrams from so many addresses as the {@link Limits} say; more connections are closed as soon as they come, and
 * of the addresses the one that has been silent for longest is forgotten.
 */
final class PortProxy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PortProxy.class);
    /** Two for each connection, outside the heap: others would take native memory for as long as a read waits. */
    private static final int STREAM_BUFFER = 16 * 1024;

    private static final int LONGEST_DATAGRAM = 64 * 1024;
    /** As long as the kernel remembers a stream of datagrams, nf_conntrack_udp_timeout_stream is 120 s, Docker's proxy 90 s. */
    private static final long DATAGRAM_IDLE_NANOS = Duration.ofSeconds(90).toNanos();

    private static final int TICK_MILLIS = 5000;
    private static final int PAUSE_MILLIS = 100;

    /**
     * How much there may be at once; clients are addresses from which datagrams come. One port can't have all.
     *
     * @param connections at all ports together
     */
    record Limits(int connections, int connectionsOfPort, int clients, int clientsOfPort) {
        static final Limits STANDARD = new Limits(1000, 500, 1000, 500);
    }

    private final Kernel kernel;
    private final Limits limits;
    private final ThreadFactory threads;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<Long, Passing> passings = new HashMap<>();
    /** Who has been silent for longest comes first. */
    private final Map<Long, Answers> answers = inOrderOfUse();

    private final ByteBuffer datagram = ByteBuffer.allocate(LONGEST_DATAGRAM);
    private @Nullable Epoll epoll;
    private @Nullable Thread thread;
    private boolean full;
    private boolean closed;

    PortProxy(Kernel kernel) {
        this(kernel, Limits.STANDARD, Thread.ofPlatform().daemon().factory());
    }

    /** @param threads for connections */
    PortProxy(Kernel kernel, Limits limits, ThreadFactory threads) {
        this.kernel = kernel;
        this.limits = limits;
        this.threads = threads;
    }

    private static <K, V> Map<K, V> inOrderOfUse() {
        return new LinkedHashMap<>(16, 0.75f, true);
    }

    /** A listener and where it leads; clients are those whose datagrams went there. */
    private record Passing(
            long number,
            Fd listener,
            PublishedPort port,
            Map<InetSocketAddress, Answers> clients,
            AtomicInteger connections) {}

    /** The socket on which a client's answers come. */
    private static final class Answers {
        final long number;
        final Fd socket;
        final Passing passing;
        final InetSocketAddress client;
        long lastUsed = System.nanoTime();

        Answers(long number, Fd socket, Passing passing, InetSocketAddress client) {
            this.number = number;
            this.socket = socket;
            this.passing = passing;
            this.client = client;
        }
    }

    /** From now on, until {@link #forget}; the listener stays the caller's. */
    synchronized void pass(Fd listener, PublishedPort port) {
        if (closed) {
            return;
        }
        Epoll waiting = epoll;
        if (waiting == null) {
            Epoll opened = kernel.epoll();
            waiting = opened;
            epoll = opened;
            thread = Thread.ofPlatform().name("port-proxy").daemon().start(() -> run(opened));
        }
        var passing = new Passing(numbers.incrementAndGet(), listener, port, inOrderOfUse(), new AtomicInteger());
        kernel.data().nonBlocking(listener, true);
        passings.put(passing.number(), passing);
        waiting.add(listener, PollEvent.IN, passing.number());
    }

    /** Connections that exist go on. */
    synchronized void forget(Fd listener) {
        passings.values().removeIf(passing -> {
            boolean gone = passing.listener().equals(listener);
            if (gone) {
                Objects.requireNonNull(epoll).remove(listener);
                passing.clients().values().forEach(this::end);
            }
            return gone;
        });
    }

    private void run(Epoll waiting) {
        while (true) {
            try {
                waiting.await(TICK_MILLIS, this::ready);
            } catch (Throwable e) { // whatever it is: without this thread no port is passed on any more
                log.warn("the port proxy cannot wait for packets", e);
                pause();
            }
            synchronized (this) {
                if (closed) {
                    return;
                }
                endIdle();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void ready(long number, int events) {
        try {
            Passing passing = passings.get(number);
            Answers answer = answers.get(number);
            if (passing != null && passing.port().protocol() == Protocol.UDP) {
                datagram(passing);
            } else if (passing != null) {
                connection(passing);
            } else if (answer != null) {
                answer(answer);
            }
        } catch (SyscallException e) {
            log.debug("a packet or connection could not be passed on: {}", e.getMessage());
        } catch (Throwable e) { // no thread or memory left for this one must not end what waits for all
            log.warn("a packet or connection could not be passed on", e);
        }
    }

    private void connection(Passing passing) {
        Fd client = kernel.sockets().accept(passing.listener());
        PublishedPort to = passing.port();
        if (!admitted(passing)) {
            client.close();
            return;
        }
        try {
            start(to, () -> {
                try {
                    relay(client, to);
                } finally {
                    ended(passing);
                }
            });
        } catch (Throwable e) {
            ended(passing);
            client.close();
            throw e;
        }
    }

    private Thread start(PublishedPort to, Runnable work) {
        Thread started = Objects.requireNonNull(threads.newThread(work));
        started.setName("port-proxy-" + to.hostPort());
        started.start();
        return started;
    }

    private boolean admitted(Passing passing) {
        if (connections.get() >= limits.connections() || passing.connections().get() >= limits.connectionsOfPort()) {
            if (!full) {
                log.warn(
                        "as many connections as we pass on ({}, {} of one port) exist already: more to {} are closed",
                        limits.connections(),
                        limits.connectionsOfPort(),
                        passing.port().hostText());
            }
            full = true; // once, not for each of a flood
            return false;
        }
        full = full && connections.get() >= limits.connectionsOfPort() / 2;
        connections.incrementAndGet();
        passing.connections().incrementAndGet();
        return true;
    }

    private void ended(Passing passing) {
        connections.decrementAndGet();
        passing.connections().decrementAndGet();
    }

    private void relay(Fd client, PublishedPort to) {
        try (client;
                Fd server = kernel.portSockets()
                        .connect(to.protocol().number(), to.containerAddress(), to.containerPort())) {
            Thread back = start(to, () -> copy(server, client));
            copy(client, server);
            back.join();
        } catch (SyscallException e) {
            // The client sees its connection reset or ended, as it would without us.
            log.debug("{}: {}", to, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** To the end, which it passes on; an error ends both directions. */
    private void copy(Fd from, Fd to) {
        try {
            ByteBuffer buffer = ByteBuffer.allocateDirect(STREAM_BUFFER);
            while (kernel.data().read(from, buffer) >= 0) {
                kernel.data().write(to, buffer.flip());
                buffer.clear();
            }
            kernel.sockets().shutdown(to, Sockets.Shutdown.WRITE);
        } catch (SyscallException | OutOfMemoryError e) {
            log.trace("a connection ends", e);
            shutdown(from);
            shutdown(to);
        }
    }

    private void shutdown(Fd socket) {
        try {
            kernel.sockets().shutdown(socket, Sockets.Shutdown.BOTH);
        } catch (SyscallException e) {
            log.trace("{} has ended already", socket, e);
        }
    }

    private void datagram(Passing passing) {
        InetSocketAddress from = kernel.portSockets().receive(passing.listener(), datagram.clear());
        Answers known = passing.clients().get(from);
        Answers way = known == null ? open(passing, from) : known;
        used(way);
        kernel.data().write(way.socket, datagram.flip());
    }

    private void used(Answers way) {
        way.lastUsed = System.nanoTime();
        answers.get(way.number); // which moves it to the end of the order
    }

    private Answers open(Passing passing, InetSocketAddress client) {
        if (passing.clients().size() >= limits.clientsOfPort()) {
            forgetOldest(passing.clients().values());
        } else if (answers.size() >= limits.clients()) {
            forgetOldest(answers.values());
        }
        PublishedPort port = passing.port();
        Fd socket =
                kernel.portSockets().connect(port.protocol().number(), port.containerAddress(), port.containerPort());
        var way = new Answers(numbers.incrementAndGet(), socket, passing, client);
        try {
            Objects.requireNonNull(epoll).add(socket, PollEvent.IN, way.number);
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
        answers.put(way.number, way);
        passing.clients().put(client, way);
        return way;
    }

    private void forgetOldest(Collection<Answers> order) {
        Answers oldest = order.iterator().next();
        oldest.passing.clients().remove(oldest.client);
        end(oldest);
    }

    private void answer(Answers way) {
        kernel.portSockets().receive(way.socket, datagram.clear());
        way.lastUsed = System.nanoTime();
        way.passing.clients().get(way.client); // likewise
        kernel.portSockets().send(way.passing.listener(), datagram.flip(), way.client);
    }

    private void endIdle() {
        long now = System.nanoTime();
        for (Passing passing : passings.values()) {
            passing.clients().values().removeIf(way -> {
                boolean idle = now - way.lastUsed > DATAGRAM_IDLE_NANOS;
                if (idle) {
                    end(way);
                }
                return idle;
            });
        }
    }

    private void end(Answers way) {
        answers.remove(way.number);
        way.socket.close();
    }

    @Override
    public void close() {
        Epoll waiting;
        Thread running;
        synchronized (this) {
            closed = true;
            waiting = epoll;
            running = thread;
            answers.values().forEach(way -> way.socket.close());
        }
        if (waiting != null && running != null) {
            waiting.wakeUp();
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            waiting.close();
        }
    }
}
