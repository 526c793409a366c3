package jdocker.network;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
 * waits for all; a connection has two of its own while it lasts.
 */
final class PortProxy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PortProxy.class);
    private static final int BUFFER = 64 * 1024;
    /** As long as the kernel remembers a stream of datagrams, nf_conntrack_udp_timeout_stream is 120 s, Docker's proxy 90 s. */
    private static final long DATAGRAM_IDLE_NANOS = Duration.ofSeconds(90).toNanos();

    private static final int TICK_MILLIS = 5000;

    private final Kernel kernel;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Passing> passings = new HashMap<>();
    private final Map<Long, Answers> answers = new HashMap<>();
    private @Nullable Epoll epoll;
    private @Nullable Thread thread;
    private boolean closed;

    PortProxy(Kernel kernel) {
        this.kernel = kernel;
    }

    /** A listener and where it leads; clients are those whose datagrams went there. */
    private record Passing(long number, Fd listener, PublishedPort port, Map<InetSocketAddress, Answers> clients) {}

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
        var passing = new Passing(numbers.incrementAndGet(), listener, port, new HashMap<>());
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
            waiting.await(TICK_MILLIS, this::ready);
            synchronized (this) {
                if (closed) {
                    return;
                }
                endIdle();
            }
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
        }
    }

    private void connection(Passing passing) {
        Fd client = kernel.sockets().accept(passing.listener());
        PublishedPort to = passing.port();
        Thread.ofPlatform().name("port-proxy-" + to.hostPort()).daemon().start(() -> relay(client, to));
    }

    private void relay(Fd client, PublishedPort to) {
        try (client;
                Fd server = kernel.portSockets()
                        .connect(to.protocol().number(), to.containerAddress(), to.containerPort())) {
            Thread back = Thread.ofPlatform()
                    .name("port-proxy-" + to.hostPort())
                    .daemon()
                    .start(() -> copy(server, client));
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
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (kernel.data().read(from, buffer) >= 0) {
                kernel.data().write(to, buffer.flip());
                buffer.clear();
            }
            kernel.sockets().shutdown(to, Sockets.Shutdown.WRITE);
        } catch (SyscallException e) {
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
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        InetSocketAddress from = kernel.portSockets().receive(passing.listener(), buffer);
        Answers way = passing.clients().computeIfAbsent(from, client -> open(passing, client));
        way.lastUsed = System.nanoTime();
        kernel.data().write(way.socket, buffer.flip());
    }

    private Answers open(Passing passing, InetSocketAddress client) {
        PublishedPort port = passing.port();
        Fd socket =
                kernel.portSockets().connect(port.protocol().number(), port.containerAddress(), port.containerPort());
        var way = new Answers(numbers.incrementAndGet(), socket, passing, client);
        answers.put(way.number, way);
        Objects.requireNonNull(epoll).add(socket, PollEvent.IN, way.number);
        return way;
    }

    private void answer(Answers way) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        kernel.portSockets().receive(way.socket, buffer);
        way.lastUsed = System.nanoTime();
        kernel.portSockets().send(way.passing.listener(), buffer.flip(), way.client);
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
