package jdocker.network.dns;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import jdocker.kernel.SocketType;
import org.xbill.DNS.Rcode;

/** Asks outside, remembers what it heard, and asks once when many want to know the same. For the event loop alone. */
final class Forwarder {
    /** Questions on their way at once; each may hold a socket for each server. */
    private static final int MOST = 2048;

    /** For so long a server that let us wait is asked after the others. */
    private static final long SLOW_NANOS = Duration.ofSeconds(10).toNanos();

    /** So long a name counts as denied that a server which was not waited for may know. */
    private static final long DOUBTFUL_SECONDS = 2;

    private final EventLoop loop;
    private final SecureRandom random = new SecureRandom();
    private final AnswerCache cache = new AnswerCache();
    private final Map<AnswerCache.Place, List<Waiting>> waiting = new HashMap<>();
    private final Map<InetSocketAddress, Long> slowUntil = new HashMap<>();
    private final Set<Forward> running = new LinkedHashSet<>();
    private final Counters counters;

    private record Waiting(Query query, Consumer<byte[]> reply) {}

    private record Scope(Object upstream, SocketType type) {}

    Forwarder(EventLoop loop, Counters counters) {
        this.loop = loop;
        this.counters = counters;
    }

    /** The reply comes once, in any case, and within five seconds. */
    void ask(Upstream upstream, Query query, SocketType type, Consumer<byte[]> reply) {
        Optional<AnswerCache.Place> place =
                query.key().map(key -> new AnswerCache.Place(new Scope(upstream.scope(), type), key));
        Optional<byte[]> known = place.flatMap(at -> cache.get(at, System.nanoTime()));
        if (known.isPresent()) {
            counters.cached++;
            reply.accept(Wire.addressed(known.get(), query));
            return;
        }
        var asker = new Waiting(query, reply);
        List<Waiting> others = place.map(waiting::get).orElse(null);
        if (others != null) {
            others.add(asker);
            return;
        }
        if (running.size() >= MOST) {
            counters.refused++;
            reply.accept(Wire.failure(query, Rcode.REFUSED));
            return;
        }
        List<Waiting> askers = new ArrayList<>(List.of(asker));
        place.ifPresent(at -> waiting.put(at, askers));
        send(upstream, query, type, place, askers);
    }

    private void send(
            Upstream upstream, Query query, SocketType type, Optional<AnswerCache.Place> place, List<Waiting> askers) {
        counters.forwarded++;
        byte[] question = Wire.withId(query.wire(), random.nextInt(1 << 16));
        Forward[] self = new Forward[1];
        self[0] = new Forward(loop, upstream, preferred(upstream), type, question, (response, certain, silent) -> {
            running.remove(self[0]);
            place.ifPresent(waiting::remove);
            long now = System.nanoTime();
            silent.forEach(server -> slowUntil.put(server, now + SLOW_NANOS));
            long most = certain ? Long.MAX_VALUE : DOUBTFUL_SECONDS;
            place.ifPresent(at -> response.ifPresent(answer -> cache.put(at, answer, now, most)));
            if (response.isEmpty()) {
                counters.unanswered++;
            }
            for (Waiting one : askers) {
                one.reply()
                        .accept(response.map(answer -> Wire.addressed(answer, one.query()))
                                .orElseGet(() -> Wire.failure(one.query(), Rcode.SERVFAIL)));
            }
        });
        running.add(self[0]);
        self[0].start();
    }

    /** Servers that answer, in their order, before those that lately did not. */
    private List<InetSocketAddress> preferred(Upstream upstream) {
        long now = System.nanoTime();
        slowUntil.values().removeIf(until -> until - now <= 0);
        List<InetSocketAddress> order = new ArrayList<>(upstream.servers());
        order.sort((a, b) -> Boolean.compare(slowUntil.containsKey(a), slowUntil.containsKey(b)));
        return order;
    }

    /** What the old servers said may not hold for the new. */
    void forget() {
        cache.clear();
        slowUntil.clear();
    }

    void close() {
        List.copyOf(running).forEach(Forward::abandon);
    }
}
