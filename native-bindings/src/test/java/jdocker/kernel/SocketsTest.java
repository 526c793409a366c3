package jdocker.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@KernelTest
class SocketsTest {
    private final Kernel kernel = Kernel.load();
    private final Sockets sockets = kernel.sockets();

    @TempDir
    Path temp;

    @Test
    void keepsTheBoundsOfMessages() {
        try (Sockets.Pair pair = sockets.pair(SocketType.SEQUENCED_PACKET)) {
            sockets.send(pair.first(), bytes("one"), List.of());
            sockets.send(pair.first(), bytes("three"), List.of());

            ByteBuffer target = ByteBuffer.allocate(100);
            assertThat(sockets.receive(pair.second(), target).length()).isEqualTo(3);
            assertThat(sockets.receive(pair.second(), ByteBuffer.allocate(2)).truncated())
                    .isTrue();
            assertThat(sockets.receiveNow(pair.second(), target)).isEmpty();
            pair.first().close();
            assertThat(sockets.receive(pair.second(), target).length()).isEqualTo(-1);
        }
    }

    @Test
    void carriesDescriptors() {
        try (Sockets.Pair pair = sockets.pair(SocketType.STREAM);
                Fd one = kernel.data().memfd("one");
                Fd two = kernel.data().memfd("two")) {
            sockets.send(pair.first(), bytes("x"), List.of(one, two));
            Sockets.Received received = sockets.receive(pair.second(), ByteBuffer.allocate(10));

            assertThat(received.length()).isEqualTo(1);
            assertThat(received.cargo()).hasSize(2);
            assertThat(new String(
                            kernel.files()
                                    .readlink(
                                            null,
                                            "/proc/self/fd/" + received.cargo().get(1)),
                            UTF_8))
                    .isEqualTo("/memfd:two (deleted)");
            received.cargo().forEach(Fd::close);
        }
    }

    @Test
    void saysBrokenPipeInsteadOfDying() {
        try (Sockets.Pair pair = sockets.pair(SocketType.STREAM)) {
            pair.second().close();
            assertThatThrownBy(() -> sockets.send(pair.first(), bytes("x"), List.of()))
                    .hasMessageContaining("EPIPE");
        }
    }

    @ParameterizedTest(name = "directory name of {0} characters")
    @ValueSource(ints = {10, 200})
    void listensConnectsAndTellsWhoIsThere(int length) throws IOException {
        Path directory = Files.createDirectory(temp.resolve("d".repeat(length)));
        String path = directory.resolve("attach.sock").toString();
        try (Fd listener = sockets.listen(SocketType.STREAM, path, 0600, 8);
                Fd client = sockets.connect(SocketType.STREAM, path);
                Fd server = sockets.accept(listener)) {
            assertThat(sockets.peer(server))
                    .isEqualTo(new Sockets.Credentials(
                            (int) ProcessHandle.current().pid(), 0, 0));
            assertThat(kernel.files().status(null, path).permissions()).isEqualTo(0600);
            sockets.shutdown(client, Sockets.Shutdown.WRITE);
            assertThat(sockets.receive(server, ByteBuffer.allocate(1)).length()).isEqualTo(-1);
            assertThatThrownBy(() -> sockets.listen(SocketType.STREAM, path, 0600, 8))
                    .hasMessageContaining("EADDRINUSE");
        }
        assertThatThrownBy(() -> sockets.connect(SocketType.STREAM, path)).hasMessageContaining("ECONNREFUSED");
    }

    @Test
    void pollsUntilSomethingComesOrTimeIsUp() {
        try (Sockets.Pair pair = sockets.pair(SocketType.STREAM)) {
            assertThat(sockets.readable(pair.second(), Duration.ofMillis(20))).isFalse();
            sockets.send(pair.first(), bytes("x"), List.of());
            List<Sockets.PollEntry> both = List.of(
                    new Sockets.PollEntry(pair.first(), PollEvent.IN),
                    new Sockets.PollEntry(pair.second(), PollEvent.IN | PollEvent.OUT));
            assertThat(sockets.poll(both, Duration.ofSeconds(-1))).containsExactly(0, PollEvent.IN | PollEvent.OUT);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
