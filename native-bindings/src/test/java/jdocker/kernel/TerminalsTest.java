package jdocker.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@KernelTest
class TerminalsTest {
    private final Kernel kernel = Kernel.load();
    private final Terminals terminals = kernel.terminals();
    private final Terminals.Pty pty = terminals.open();

    @AfterEach
    void close() {
        pty.close();
    }

    @Test
    void knowsATerminal() {
        assertThat(terminals.isTerminal(pty.terminal())).isTrue();
        try (FileData.Pipe pipe = kernel.data().pipe()) {
            assertThat(terminals.isTerminal(pipe.readEnd())).isFalse();
            assertThat(terminals.size(pipe.readEnd())).isEmpty();
        }
        assertThat(new String(kernel.files().readlink(null, "/proc/self/fd/" + pty.terminal()), UTF_8))
                .isEqualTo("/dev/pts/" + pty.number());
    }

    @Test
    void setsAndTellsTheSize() {
        terminals.resize(pty.controller(), new WindowSize(50, 132));
        assertThat(terminals.size(pty.terminal())).contains(new WindowSize(50, 132));
    }

    @Test
    void passesEveryByteWhileRaw() {
        try (Terminals.RawMode _ = terminals.raw(pty.terminal())) {
            assertThat(typed("\u0003\r\n")).as("as typed").isEqualTo("\u0003\r\n");
            assertThat(kernel.sockets().readable(pty.controller(), Duration.ZERO))
                    .as("no echo")
                    .isFalse();
            assertThat(shown("a\n")).as("as written").isEqualTo("a\n");
        }
        assertThat(shown("a\n")).as("cooked again").isEqualTo("a\r\n");
        assertThat(typed("x\r")).isEqualTo("x\n");
    }

    private String typed(String keys) {
        kernel.data().write(pty.controller(), keys.getBytes(UTF_8));
        return read(pty.terminal());
    }

    private String shown(String output) {
        kernel.data().write(pty.terminal(), output.getBytes(UTF_8));
        return read(pty.controller());
    }

    private String read(Fd fd) {
        ByteBuffer target = ByteBuffer.allocate(100);
        assertThat(kernel.sockets().readable(fd, Duration.ofSeconds(5))).isTrue();
        kernel.data().read(fd, target);
        return new String(target.array(), 0, target.position(), UTF_8);
    }
}
