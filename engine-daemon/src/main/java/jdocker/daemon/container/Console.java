package jdocker.daemon.container;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import jdocker.daemon.http.HijackedStream;
import jdocker.kernel.Fd;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one run of a container, or of one exec: what its shim sends goes to all clients, what they send goes
 * to the shim. A client that does not read holds back its container, as Docker has it, and nobody else. Clients may
 * come before the process does. Everything here happens on one event loop.
 */
final class Console {
    private final EventLoop loop;
    private final boolean tty;
    private final boolean closesStdin;
    private final List<Attachment> attachments = new ArrayList<>();
    private final AtomicInteger listeners = new AtomicInteger();
    private final AtomicInteger expected = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable Channel control;
    private boolean subscribed;
    private boolean awaitsExit;
    private boolean outputOver;
    private boolean exitNoted;
    private int credit = ControlMessage.MAX_PAYLOAD;

    /**
     * @param closesStdin the end of a client's input is the end of the process's
     */
    Console(EventLoop loop, boolean tty, boolean closesStdin) {
        this.loop = loop;
        this.tty = tty;
        this.closesStdin = closesStdin && !tty;
    }

    boolean tty() {
        return tty;
    }

    EventLoop loop() {
        return loop;
    }

    /** Whether somebody listens already, so that the first byte of output must not be missed. */
    boolean wanted() {
        return listeners.get() > 0;
    }

    /** Done when the streams of this run are at their end. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /**
     * A client is about to be told that it is attached, and may start the process before it really is: from now on
     * output waits for {@link #attachExpected}, which has to follow whatever happens.
     */
    void expect(Attachment.Wish wish) {
        listen(wish);
        expected.incrementAndGet();
    }

    /** Adds the client that was expected; returns at once. */
    void attachExpected(HijackedStream stream, Attachment.Wish wish) {
        add(stream, wish);
        onLoop(() -> {
            expected.decrementAndGet();
            readAsFastAsWritten();
        });
    }

    /** Adds a client; returns at once. */
    void attach(HijackedStream stream, Attachment.Wish wish) {
        listen(wish);
        add(stream, wish);
    }

    private void listen(Attachment.Wish wish) {
        if (wish.stdout() || wish.stderr()) {
            listeners.incrementAndGet();
        }
    }

    private void add(HijackedStream stream, Attachment.Wish wish) {
        var attachment = new Attachment(stream, wish);
        stream.onInput(bytes -> onLoop(() -> input(attachment, bytes)));
        stream.onInputEnd(() -> onLoop(() -> inputEnd(attachment)));
        stream.onWritable(() -> onLoop(this::readAsFastAsWritten));
        onLoop(() -> added(attachment));
        // Only now, because it is told at once of a client that has gone already, who would stay and never take a byte.
        stream.onClose(() -> onLoop(() -> gone(attachment)));
    }

    private void added(Attachment attachment) {
        if (ended.isDone()) {
            attachment.finish();
            return;
        }
        attachments.add(attachment);
        if (control != null) {
            subscribe();
        }
        if (control != null || !attachment.wish().stdin()) {
            attachment.stream().resumeInput(); // without stdin input is dropped, but its end is noticed
        }
    }

    /**
     * The process runs: takes over the socket to its shim. Returns at once, so that who starts it need not wait for Netty.
     *
     * @param alreadySubscribed the shim has been sending output from the first byte on
     */
    void connect(Fd socket, boolean alreadySubscribed) {
        onLoop(() -> {
            if (ended.isDone()) {
                socket.close();
                return;
            }
            Channel channel = Consoles.channel(socket);
            control = channel;
            subscribed = alreadySubscribed;
            channel.pipeline().addLast(new ConsoleDecoder(this));
            readAsFastAsWritten();
            loop.register(channel).addListener(done -> {
                if (!done.isSuccess()) {
                    end();
                    return;
                }
                subscribe();
                attachments.stream()
                        .filter(a -> a.wish().stdin())
                        .forEach(a -> a.stream().resumeInput());
            });
        });
    }

    private void subscribe() {
        if (!subscribed && wanted()) {
            subscribed = true;
            sendEmpty(ControlMessage.SUBSCRIBE);
        } else if (subscribed && !wanted()) {
            subscribed = false;
            sendEmpty(ControlMessage.UNSUBSCRIBE);
        }
    }

    private void sendEmpty(int type) {
        Channel channel = control;
        if (channel != null) {
            channel.writeAndFlush(ControlMessage.header(channel.alloc(), type, 0));
        }
    }

    /** Sets the terminal's size, in characters; nothing happens while there is no process. */
    void resize(int rows, int columns) {
        onLoop(() -> {
            Channel channel = control;
            if (channel != null) {
                channel.writeAndFlush(ControlMessage.resize(channel.alloc(), rows, columns));
            }
        });
    }

    /**
     * The shim keeps these for the next daemon, under the numbers from {@code first} on, and nothing else of what it has
     * kept there; only for one that holds at all.
     *
     * @param descriptors from now on ours
     * @return done when they are on their way: from then on no end of the daemon loses them
     */
    CompletableFuture<Void> hold(int first, List<Fd> descriptors, Cargo.Giving giving) {
        var sent = new CompletableFuture<Void>();
        onLoop(() -> {
            Channel channel = control;
            if (channel == null) {
                descriptors.forEach(Fd::close);
                sent.completeExceptionally(new IllegalStateException("there is no shim"));
            } else {
                new Cargo(channel, giving, first, descriptors, sent).send();
            }
        });
        return sent;
    }

    /**
     * The process's end is noted before clients hear of it, because they ask for its exit code at once: they are ended
     * when all output has passed and {@link #exitNoted} was called.
     */
    void awaitExit() {
        onLoop(() -> awaitsExit = true);
    }

    void exitNoted() {
        onLoop(() -> {
            exitNoted = true;
            if (outputOver || control == null) {
                end();
            }
        });
    }

    /** All output has come, or none will. On the loop. */
    void outputOver() {
        outputOver = true;
        if (!awaitsExit || exitNoted) {
            end();
        }
    }

    /** Ends all clients, whatever is still to come: the process never came, or nobody knows how it ended. */
    void end() {
        onLoop(() -> {
            if (!ended.isDone()) {
                attachments.forEach(Attachment::finish);
                attachments.clear();
                listeners.set(0);
                Channel channel = control;
                if (channel != null) {
                    channel.close();
                }
                ended.complete(null);
            }
        });
    }

    // ---- from the shim, through ConsoleDecoder, on the loop ----

    /** Whether a client waits for the next frame to begin. */
    boolean joining() {
        return !attachments.stream().allMatch(Attachment::inStep);
    }

    /** A frame of output begins: its header, for those who get single streams. */
    void frameBegins(int type, int length) {
        for (Attachment a : attachments) {
            a.frameBegins();
            if (!tty && !a.wantsBoth() && a.wants(type)) {
                a.write(ControlMessage.header(a.stream().channel().alloc(), type, length));
            }
        }
    }

    /** Whole and broken frames one after the other, as they came, for those who get everything framed. */
    void frames(ByteBuf source, int from, int length) {
        if (tty) {
            return;
        }
        for (Attachment a : attachments) {
            if (a.wantsBoth() && a.inStep()) {
                a.write(source.retainedSlice(from, length));
            }
        }
    }

    /** A part of a frame's payload, for those who get raw bytes or single streams. */
    void payload(int type, ByteBuf source, int from, int length) {
        for (Attachment a : attachments) {
            if (a.inStep() && (tty || !a.wantsBoth()) && a.wants(type)) {
                a.write(source.retainedSlice(from, length));
            }
        }
    }

    /** The decoder is through with what it has read. */
    void readAsFastAsWritten() {
        Channel channel = control;
        if (channel != null) {
            boolean all = expected.get() == 0;
            for (Attachment a : attachments) {
                all &= a.stream().writable();
            }
            if (all != channel.config().isAutoRead()) {
                channel.config().setAutoRead(all);
            }
        }
    }

    void credit(int bytes) {
        credit = Math.min(credit + Math.max(bytes, 0), ControlMessage.MAX_PAYLOAD);
        for (Attachment a : List.copyOf(attachments)) {
            sendInput(a);
        }
    }

    // ---- from clients ----

    private void input(Attachment attachment, ByteBuf bytes) {
        if (!attachment.wish().stdin() || !attachments.contains(attachment)) {
            bytes.release();
            return;
        }
        DetachKeys keys = attachment.wish().keys();
        if (keys == null) {
            attachment.input().add(bytes);
        } else {
            DetachKeys.Filtered filtered = keys.filter(bytes);
            attachment.input().add(filtered.passed());
            if (filtered.detached()) {
                sendInput(attachment);
                leave(attachment);
                attachment.wish().onDetach().run();
                return;
            }
        }
        sendInput(attachment);
    }

    private void sendInput(Attachment attachment) {
        Channel channel = control;
        if (channel == null) {
            return;
        }
        boolean written = false;
        while (credit > 0 && !attachment.input().isEmpty()) {
            ByteBuf head = attachment.input().getFirst();
            int length = Math.min(head.readableBytes(), credit);
            if (length > 0) {
                channel.write(ControlMessage.header(channel.alloc(), ControlMessage.STDIN, length));
                channel.write(head.readRetainedSlice(length));
                credit -= length;
                written = true;
            }
            if (!head.isReadable()) {
                attachment.input().removeFirst().release();
            }
        }
        if (written) {
            channel.flush();
        }
        if (attachment.input().isEmpty()) {
            if (attachment.takeInputEnd()) {
                inputDone(attachment);
            } else {
                attachment.stream().resumeInput();
            }
        } else {
            attachment.stream().pauseInput();
        }
    }

    private void inputEnd(Attachment attachment) {
        attachment.endInput();
        if (attachment.wish().stdin() && attachments.contains(attachment) && control != null) {
            sendInput(attachment);
        }
    }

    // Docker's rule: the input's end closes the process's input where it is meant for one client only; elsewhere the
    // process keeps its input for the next client and this one's attach is over.
    private void inputDone(Attachment attachment) {
        if (closesStdin) {
            sendEmpty(ControlMessage.CLOSE_STDIN);
        } else {
            leave(attachment);
        }
    }

    private void gone(Attachment attachment) {
        if (attachments.contains(attachment)) {
            boolean ownsStdin = attachment.wish().stdin() && closesStdin;
            attachment.input().forEach(ByteBuf::release);
            attachment.input().clear();
            attachment.endInput();
            if (ownsStdin && attachment.takeInputEnd()) {
                sendEmpty(ControlMessage.CLOSE_STDIN);
            }
            leave(attachment);
        }
    }

    private void leave(Attachment attachment) {
        if (attachments.remove(attachment)) {
            if (attachment.wish().stdout() || attachment.wish().stderr()) {
                listeners.decrementAndGet();
            }
            attachment.finish();
            subscribe();
            readAsFastAsWritten();
        }
    }

    private void onLoop(Runnable action) {
        if (loop.inEventLoop()) {
            action.run();
        } else {
            loop.execute(action);
        }
    }
}
