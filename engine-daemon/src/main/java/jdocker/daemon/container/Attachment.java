package jdocker.daemon.container;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import jdocker.daemon.http.HijackedStream;
import org.jspecify.annotations.Nullable;

/** One client on a {@link Console}. Its fields belong to the console's event loop. */
final class Attachment {
    private static final int GRACE_MILLIS = 2_000;

    private final HijackedStream stream;
    private final Wish wish;
    private final Deque<ByteBuf> input = new ArrayDeque<>();
    private boolean inFrame;
    private boolean inputEnded;
    private boolean inputClosed;
    private boolean finished;

    /**
     * What a client wants.
     *
     * @param keys what a terminal's user types to leave; null without a terminal
     * @param onDetach called when he has
     */
    record Wish(
            boolean stdin,
            boolean stdout,
            boolean stderr,
            @Nullable DetachKeys keys,
            Runnable onDetach) {}

    Attachment(HijackedStream stream, Wish wish) {
        this.stream = stream;
        this.wish = wish;
    }

    HijackedStream stream() {
        return stream;
    }

    Wish wish() {
        return wish;
    }

    boolean wants(int type) {
        return type == ControlMessage.STDERR ? wish.stderr() : wish.stdout();
    }

    boolean wantsBoth() {
        return wish.stdout() && wish.stderr();
    }

    /** Joins at the beginning of a frame: the rest of one whose header it has not seen would be noise. */
    void frameBegins() {
        inFrame = true;
    }

    boolean inStep() {
        return inFrame;
    }

    Deque<ByteBuf> input() {
        return input;
    }

    void endInput() {
        inputEnded = true;
    }

    /** All of the input has been sent on, and there will be no more: true once. */
    boolean takeInputEnd() {
        boolean now = inputEnded && input.isEmpty() && !inputClosed;
        inputClosed |= now;
        return now;
    }

    void write(ByteBuf bytes) {
        stream.write(bytes);
    }

    /**
     * Ends the client's connection when it has been sent everything. What it still sends is read and dropped for a
     * while: closing a socket that holds unread input would show the client an error instead of the end.
     */
    void finish() {
        if (finished) {
            return;
        }
        finished = true;
        input.forEach(ByteBuf::release);
        input.clear();
        stream.closeOutput();
        stream.onInput(ByteBuf::release);
        stream.onInputEnd(stream::close);
        stream.resumeInput();
        if (inputEnded) {
            stream.close();
        } else {
            var _ = stream.eventLoop().schedule(stream::close, GRACE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
