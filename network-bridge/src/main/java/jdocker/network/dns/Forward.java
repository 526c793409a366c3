package jdocker.network.dns;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jdocker.kernel.SocketType;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/**
 * One question on its way to several servers. The first in turn is asked at once, the next when it has not answered in a
 * moment, and so on round and round until somebody answers; all that were asked may still answer.
 *
 * <p>A positive answer counts whoever gives it. That a name does not exist counts only from the first server, or when those
 * before have failed or take too long: a company's own server knows names that a public one, which may be faster, denies.
 * The first is the first of the upstream, also while another is asked before it: then it is asked as soon as that denies.
 */
final class Forward {
    /** When, in milliseconds from the start, the next server in turn is asked: as far apart as answers usually take. */
    private static final long[] TURNS = {0, 300, 700, 1200, 1800, 2500, 3300, 4000};

    /** Before the five seconds after which a client's resolver (resolv.conf(5)) asks again. */
    private static final long DEADLINE = 4500;

    /** How long servers before the one that denied a name may take. */
    private static final long PATIENCE = 1500;

    private final EventLoop loop;
    private final Upstream upstream;
    private final List<InetSocketAddress> servers;
    private final List<InetSocketAddress> turns;
    private final SocketType type;
    private final byte[] question;
    private final Listener listener;
    private final List<Side> sides = new ArrayList<>();
    private @Nullable ScheduledFuture<?> nextTurn;
    private @Nullable ScheduledFuture<?> patience;
    private byte @Nullable [] failure;
    private int turn;
    private boolean ended;

    /** How it ended, once. */
    interface Listener {
        /**
         * @param response empty when nobody answered
         * @param certain false for a denial for which a server before the one that gave it was not waited for any longer
         * @param silent servers that were asked and left time to answer, and did not
         */
        void ended(Optional<byte[]> response, boolean certain, List<InetSocketAddress> silent);
    }

    private enum State {
        NOT_ASKED,
        ASKED,
        FAILED,
        DENIED
    }

    private static final class Side {
        private State state = State.NOT_ASKED;
        private @Nullable Conversation conversation;
        private byte @Nullable [] denial;
        private long askedAt;
    }

    /** @param turns the upstream's servers, in the order to ask them */
    Forward(
            EventLoop loop,
            Upstream upstream,
            List<InetSocketAddress> turns,
            SocketType type,
            byte[] question,
            Listener listener) {
        this.loop = loop;
        this.upstream = upstream;
        this.servers = upstream.servers();
        this.turns = turns;
        this.type = type;
        this.question = question;
        this.listener = listener;
        servers.forEach(_ -> sides.add(new Side()));
    }

    void start() {
        if (servers.isEmpty()) {
            end(Optional.empty());
        } else {
            takeTurn();
        }
    }

    private void takeTurn() {
        if (ended) {
            return;
        }
        if (turn == TURNS.length) {
            end(Optional.ofNullable(firstDenial()).or(() -> Optional.ofNullable(failure)), false);
            return;
        }
        int server = servers.indexOf(turns.get(turn % turns.size()));
        long now = TURNS[turn++];
        long next = turn == TURNS.length ? DEADLINE : TURNS[turn];
        nextTurn = loop.schedule(this::takeTurn, next - now, TimeUnit.MILLISECONDS);
        ask(server);
    }

    private void ask(int index) {
        Side side = sides.get(index);
        if (side.state == State.NOT_ASKED) {
            side.state = State.ASKED;
            side.askedAt = System.nanoTime();
            side.conversation = Conversation.begin(
                    loop, upstream.dialer(), type, servers.get(index), question, new Conversation.Listener() {
                        @Override
                        public void answered(byte[] response) {
                            Forward.this.answered(side, response);
                        }

                        @Override
                        public void failed() {
                            Forward.this.failed(side);
                        }
                    });
        } else if (side.state == State.ASKED && side.conversation != null) {
            side.conversation.repeat();
        }
    }

    private void answered(Side side, byte[] response) {
        if (ended || side.state != State.ASKED) {
            return;
        }
        int rcode = Wire.rcode(response);
        boolean positive = Wire.count(response, 1) > 0 || Wire.isTruncated(response);
        if (rcode == Rcode.NOERROR && positive) {
            end(Optional.of(response));
        } else if (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN) {
            side.state = State.DENIED;
            side.denial = response;
            settle();
        } else {
            failure = response;
            failed(side);
        }
    }

    private void failed(Side side) {
        if (ended || side.state != State.ASKED) {
            return;
        }
        side.state = State.FAILED;
        if (side.conversation != null) {
            side.conversation.close();
        }
        settle();
        int next = firstNotAsked();
        if (!ended && next >= 0) {
            ask(next); // no reason to wait for its turn
        }
    }

    /** Whether what is known is enough. */
    private void settle() {
        for (Side side : sides) {
            if (side.state == State.DENIED) {
                end(Optional.ofNullable(side.denial));
                return;
            }
            if (side.state != State.FAILED) {
                if (firstDenial() != null && patience == null) {
                    patience = loop.schedule(
                            () -> end(Optional.ofNullable(firstDenial()), false), PATIENCE, TimeUnit.MILLISECONDS);
                    askThoseBeforeADenial();
                }
                return;
            }
        }
        end(Optional.ofNullable(failure));
    }

    private void askThoseBeforeADenial() {
        for (int i = 0; i < sides.size() && !ended && sides.get(i).state != State.DENIED; i++) {
            if (sides.get(i).state == State.NOT_ASKED) {
                ask(i);
            }
        }
    }

    private byte @Nullable [] firstDenial() {
        for (Side side : sides) {
            if (side.state == State.DENIED) {
                return side.denial;
            }
        }
        return null;
    }

    private int firstNotAsked() {
        for (InetSocketAddress server : turns) {
            int index = servers.indexOf(server);
            if (sides.get(index).state == State.NOT_ASKED) {
                return index;
            }
        }
        return -1;
    }

    private void end(Optional<byte[]> response) {
        end(response, true);
    }

    private void end(Optional<byte[]> response, boolean certain) {
        if (ended) {
            return;
        }
        ended = true;
        cancel(nextTurn);
        cancel(patience);
        List<InetSocketAddress> silent = new ArrayList<>();
        long longAgo = System.nanoTime() - Duration.ofMillis(TURNS[1]).toNanos();
        for (int i = 0; i < sides.size(); i++) {
            Side side = sides.get(i);
            if (side.state == State.ASKED && side.askedAt - longAgo <= 0) {
                silent.add(servers.get(i));
            }
            if (side.conversation != null) {
                side.conversation.close();
            }
        }
        listener.ended(response, certain, silent);
    }

    void abandon() {
        end(Optional.empty());
    }

    private static void cancel(@Nullable ScheduledFuture<?> future) {
        if (future != null) {
            future.cancel(false);
        }
    }
}
