package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import jdocker.kernel.Kernel;
import jdocker.kernel.SocketType;
import jdocker.kernel.Sockets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console between a shim, played over a real socket pair, and clients. */
@Timeout(30)
class ConsoleTest {
    private static final Kernel KERNEL = Kernel.load();

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private Sockets.Pair sockets;
    private FakeShim shim;

    @BeforeEach
    void open() {
        sockets = KERNEL.sockets().pair(SocketType.STREAM);
        shim = new FakeShim(KERNEL, sockets.second());
    }

    @AfterEach
    void close() throws Exception {
        shim.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    private Console connected(boolean tty, boolean closesStdin) {
        var console = new Console(loop, tty, closesStdin);
        console.connect(sockets.first(), false);
        return console;
    }

    /** Attaches to what is connected, and waits until that has taken effect. */
    private FakeStream attached(Console console, boolean stdin, boolean stdout, boolean stderr) {
        FakeStream stream = attach(console, stdin, stdout, stderr);
        await(stream::isReading);
        return stream;
    }

    private FakeStream attach(Console console, boolean stdin, boolean stdout, boolean stderr) {
        var stream = new FakeStream(loop);
        console.attach(
                stream,
                new Attachment.Wish(stdin, stdout, stderr, console.tty() ? DetachKeys.parse("") : null, () -> {}));
        return stream;
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] frame(int type, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + payload.length)
                .putInt(type << 24)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    @Test
    void subscribesWhenSomebodyComesAndPassesFramesOn() {
        Console console = connected(false, true);
        FakeStream client = attached(console, false, true, true);

        assertThat(shim.next().type()).isEqualTo(ControlMessage.SUBSCRIBE);
        shim.send(frame(1, "out\n"));
        shim.send(frame(2, "err\n"));
        byte[] expected = join(frame(1, "out\n"), frame(2, "err\n"));
        await(() -> client.received().length == expected.length);

        assertThat(client.received()).isEqualTo(expected);
    }

    @Test
    void outputWaitsForAClientThatIsExpected() {
        var console = new Console(loop, false, true);
        var wish = new Attachment.Wish(false, true, true, null, () -> {});
        console.expect(wish);
        assertThat(console.wanted()).isTrue();
        console.connect(sockets.first(), true);
        shim.send(frame(1, "early"));
        var client = new FakeStream(loop);
        console.attachExpected(client, wish);
        await(() -> client.received().length == 13);

        assertThat(client.received()).isEqualTo(frame(1, "early"));
    }

    @Test
    void aClientThatHadGoneBeforeItWasAddedHoldsNothingBack() {
        Console console = connected(false, true);
        FakeStream client = attached(console, false, true, true);
        var vanished = new FakeStream(loop);
        vanished.disconnect();
        console.attach(vanished, new Attachment.Wish(false, true, true, null, () -> {}));
        byte[] large = frame(1, "y".repeat(60_000));
        assertThat(shim.sendUntilFull(large, 20)).isEqualTo(20);
        await(() -> client.received().length == 20 * large.length);

        assertThat(client.received()).hasSize(20 * large.length);
    }

    @Test
    void givesSingleStreamsToThoseWhoWantOne() {
        Console console = connected(false, true);
        FakeStream out = attached(console, false, true, false);
        FakeStream err = attached(console, false, false, true);
        shim.send(join(frame(1, "o1"), frame(2, "e1"), frame(1, "o2")));
        await(() -> out.received().length == 20 && err.received().length == 10);

        assertThat(out.received()).isEqualTo(join(frame(1, "o1"), frame(1, "o2")));
        assertThat(err.received()).isEqualTo(frame(2, "e1"));
    }

    @Test
    void aTerminalsOutputIsRaw() {
        Console console = connected(true, true);
        FakeStream client = attached(console, true, true, true);
        shim.send(frame(1, "hello"));
        await(() -> client.received().length == 5);

        assertThat(client.received()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void framesCutAnywhereArriveWhole() {
        Console console = connected(false, true);
        FakeStream all = attached(console, false, true, true);
        FakeStream out = attached(console, false, true, false);
        assertThat(shim.next().type()).isEqualTo(ControlMessage.SUBSCRIBE);
        var random = new Random(7);
        var sent = new ByteArrayOutputStream();
        var sentOut = new ByteArrayOutputStream();
        for (int i = 0; i < 300; i++) {
            String text = "x".repeat(random.nextInt(40)) + i;
            byte[] frame = frame(1 + random.nextInt(2), text);
            sent.writeBytes(frame);
            if (frame[0] == 1) {
                sentOut.writeBytes(frame);
            }
        }
        byte[] bytes = sent.toByteArray();
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(1 + random.nextInt(23), bytes.length - at);
            shim.send(Arrays.copyOfRange(bytes, at, at + length));
            at += length;
        }
        await(() -> all.received().length == bytes.length && out.received().length == sentOut.size());

        assertThat(all.received()).isEqualTo(bytes);
        assertThat(out.received()).isEqualTo(sentOut.toByteArray());
    }

    @Test
    void whoComesInTheMiddleOfAFrameGetsTheNext() {
        Console console = connected(false, true);
        FakeStream first = attached(console, false, true, true);
        byte[] frame = frame(1, "0123456789");
        shim.send(Arrays.copyOf(frame, 12));
        await(() -> first.received().length == 12);
        FakeStream second = attached(console, false, true, true);
        shim.send(join(Arrays.copyOfRange(frame, 12, frame.length), frame(1, "next")));
        await(() -> first.received().length == frame.length + 12 && second.received().length > 0);

        assertThat(second.received()).isEqualTo(frame(1, "next"));
    }

    @Test
    void aSlowClientHoldsItsContainerBack() {
        Console console = connected(false, true);
        FakeStream client = attached(console, false, true, true);
        shim.send(frame(1, "a"));
        await(() -> client.received().length == 9);
        client.writable(false);
        byte[] large = frame(1, "y".repeat(60_000));
        int accepted = shim.sendUntilFull(large, 200);

        assertThat(accepted).isLessThan(200);
        client.writable(true);
        await(() -> client.received().length == 9 + accepted * large.length);
    }

    @Test
    void inputWaitsForCredit() {
        Console console = connected(false, true);
        FakeStream client = attached(console, true, false, false);
        await(client::isReading);
        byte[] input = new byte[100_000];
        new Random(1).nextBytes(input);
        client.send(input);
        var got = new ByteArrayOutputStream();
        while (got.size() < ControlMessage.MAX_PAYLOAD) {
            got.writeBytes(shim.next().payload());
        }
        await(() -> !client.isReading());

        assertThat(got.size()).isEqualTo(ControlMessage.MAX_PAYLOAD);
        shim.credit(50_000);
        while (got.size() < input.length) {
            got.writeBytes(shim.next().payload());
        }
        assertThat(got.toByteArray()).isEqualTo(input);
        await(client::isReading);
    }

    @Test
    void theEndOfInputClosesStdinAfterEverythingWasSent() {
        Console console = connected(false, true);
        FakeStream client = attached(console, true, false, false);
        await(client::isReading);
        client.send("last".getBytes(StandardCharsets.UTF_8));
        client.sendEnd();

        assertThat(shim.next().payload()).isEqualTo("last".getBytes(StandardCharsets.UTF_8));
        assertThat(shim.next().type()).isEqualTo(ControlMessage.CLOSE_STDIN);
        assertThat(client.isEnded()).isFalse();
    }

    @Test
    void withoutStdinOnceTheEndOfInputEndsTheAttachAlone() {
        Console console = connected(false, false);
        FakeStream client = attached(console, true, true, true);
        assertThat(shim.next().type()).isEqualTo(ControlMessage.SUBSCRIBE);
        await(client::isReading);
        client.sendEnd();
        await(client::isEnded);

        assertThat(shim.next().type()).isEqualTo(ControlMessage.UNSUBSCRIBE);
    }

    @Test
    void aClientThatVanishesClosesTheStdinThatWasItsOwn() {
        Console console = connected(false, true);
        FakeStream client = attached(console, true, false, false);
        await(client::isReading);
        client.disconnect();

        assertThat(shim.next().type()).isEqualTo(ControlMessage.CLOSE_STDIN);
    }

    @Test
    void whoComesBeforeTheProcessMissesNothing() {
        var console = new Console(loop, false, true);
        FakeStream client = attach(console, true, true, true);
        assertThat(console.wanted()).isTrue();
        console.connect(sockets.first(), true);
        shim.send(frame(1, "first byte"));
        await(() -> client.received().length == 18);
        client.send("in".getBytes(StandardCharsets.UTF_8));

        assertThat(shim.next().payload()).isEqualTo("in".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void detachKeysLeaveWithoutEndingAnything() {
        var detached = new AtomicInteger();
        Console console = connected(true, true);
        var client = new FakeStream(loop);
        console.attach(client, new Attachment.Wish(true, true, true, DetachKeys.parse(""), detached::incrementAndGet));
        assertThat(shim.next().type()).isEqualTo(ControlMessage.SUBSCRIBE);
        client.send("ab\u0010\u0011".getBytes(StandardCharsets.ISO_8859_1));
        await(client::isEnded);

        assertThat(shim.next().payload()).isEqualTo("ab".getBytes(StandardCharsets.UTF_8));
        assertThat(shim.next().type()).isEqualTo(ControlMessage.UNSUBSCRIBE);
        assertThat(detached).hasValue(1);
    }

    @Test
    void resizesAndEnds() throws Exception {
        Console console = connected(true, true);
        FakeStream client = attached(console, false, true, true);
        assertThat(shim.next().type()).isEqualTo(ControlMessage.SUBSCRIBE);
        console.resize(24, 80);
        FakeShim.Message resize = shim.next();

        assertThat(resize.type()).isEqualTo(ControlMessage.RESIZE);
        assertThat(resize.payload()).containsExactly(24, 0, 80, 0);
        shim.send(frame(1, "bye"));
        shim.exited();
        console.ended().get(10, TimeUnit.SECONDS);
        assertThat(client.isEnded()).isTrue();
        assertThat(client.received()).isEqualTo("bye".getBytes(StandardCharsets.UTF_8));
    }
}
