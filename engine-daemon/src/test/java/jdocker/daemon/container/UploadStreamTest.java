package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UploadStreamTest {
    private final PipedOutputStream client = new PipedOutputStream();
    private final Closable in;

    UploadStreamTest() throws IOException {
        in = new Closable(client);
    }

    /** Its reader learns that it was closed, as that of a request's body does. */
    private static final class Closable extends PipedInputStream {
        final CountDownLatch closed = new CountDownLatch(1);

        Closable(PipedOutputStream client) throws IOException {
            super(client, 1 << 16);
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            super.close();
        }
    }

    private static Thread reader(UploadStream stream) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                stream.read();
            } catch (IOException _) {
                // closed
            }
        });
    }

    @Test
    void whoStallsIsBrokenOffOnlyWhenSomebodyWaits() throws Exception {
        var stream = new UploadStream(in, Duration.ZERO);
        Thread reader = reader(stream);
        while (reader.getState() == Thread.State.RUNNABLE || reader.getState() == Thread.State.NEW) {
            Thread.onSpinWait();
        }
        assertThat(stream.brokenOff()).isEmpty();
        assertThat(in.closed.getCount()).isOne();
        while (stream.brokenOff().isEmpty()) {
            stream.wanted("start", false);
        }
        assertThat(stream.brokenOff())
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("'start'").contains("next to nothing came"));
        assertThat(in.closed.getCount()).isZero();
    }

    @Test
    void patienceIsWithThoseWhoOnlyPause() throws Exception {
        var stream = new UploadStream(in, Duration.ofHours(1));
        Thread reader = reader(stream);
        for (int i = 0; i < 100; i++) {
            stream.wanted("start", false);
        }
        assertThat(stream.brokenOff()).isEmpty();
        client.write(1);
        client.flush();
        reader.join();
        stream.wanted("remove", true);
        assertThat(stream.brokenOff()).contains("broken off for 'remove'");
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
    }

    /** The disk is slow then, not the client. */
    @Test
    void timeInWhichNobodyReadsDoesNotCount() {
        var stream = new UploadStream(in, Duration.ZERO);
        for (int i = 0; i < 100; i++) {
            stream.wanted("start", false);
        }
        assertThat(stream.brokenOff()).isEmpty();
    }
}
