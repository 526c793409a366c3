package jdocker.daemon.container;

import java.nio.ByteBuffer;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;

/** The shim's end of a control socket, for tests: says what a shim says and reads what it is told. */
final class FakeShim implements AutoCloseable {
    private final Kernel kernel;
    private final Fd socket;

    FakeShim(Kernel kernel, Fd socket) {
        this.kernel = kernel;
        this.socket = socket;
    }

    /** What the daemon has sent. */
    record Message(int type, byte[] payload) {}

    /** Blocks until the daemon says something. */
    Message next() {
        ByteBuffer header = read(8);
        int type = header.get(0) & 0xff;
        return new Message(type, read(header.getInt(4)).array());
    }

    private ByteBuffer read(int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (kernel.data().read(socket, buffer) <= 0) {
                throw new IllegalStateException("the daemon has closed the connection");
            }
        }
        return buffer.flip();
    }

    void send(byte[] bytes) {
        kernel.data().write(socket, bytes);
    }

    void output(int stream, byte[] bytes) {
        send(ByteBuffer.allocate(8 + bytes.length)
                .putInt(stream << 24)
                .putInt(bytes.length)
                .put(bytes)
                .array());
    }

    void credit(int bytes) {
        ByteBuffer message =
                ByteBuffer.allocate(12).putInt(ControlMessage.CREDIT << 24).putInt(4);
        send(message.putInt(Integer.reverseBytes(bytes)).array());
    }

    void exited() {
        send(ByteBuffer.allocate(8 + 24)
                .putInt(ControlMessage.EXITED << 24)
                .putInt(24)
                .array());
    }

    /** Sends the same bytes until the socket is full for a while; returns how often they went wholly. */
    int sendUntilFull(byte[] bytes, int most) {
        var counter = new java.util.concurrent.atomic.AtomicInteger();
        Thread sender = Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < most && !Thread.interrupted(); i++) {
                kernel.data().write(socket, bytes);
                counter.incrementAndGet();
            }
        });
        int before = -1;
        while (sender.isAlive() && counter.get() != before) {
            before = counter.get();
            try {
                sender.join(300);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        // The one that is stuck in the middle goes when there is room again, and is the last.
        sender.interrupt();
        return sender.isAlive() ? counter.get() + 1 : counter.get();
    }

    @Override
    public void close() {
        socket.close();
    }
}
