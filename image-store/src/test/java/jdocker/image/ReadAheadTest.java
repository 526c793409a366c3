package jdocker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A decoder's memory is nobody's but its own: it has to be closed whatever happens. */
class ReadAheadTest {
    private final ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    private final AtomicReference<Thread> closer = new AtomicReference<>();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private final class Watched extends FilterInputStream {
        Watched(InputStream in) {
            super(in);
        }

        @Override
        public void close() throws IOException {
            super.close();
            closer.set(Thread.currentThread());
        }
    }

    private void isClosedByItsReader() {
        assertThat(closer.get()).isNotNull().isNotSameAs(Thread.currentThread());
    }

    @Test
    void aStreamThatWasReadToItsEndIsClosed() throws IOException {
        byte[] content = new byte[3_000_000];
        try (var ahead = new ReadAhead(new Watched(new ByteArrayInputStream(content)), threads)) {
            assertThat(ahead.readAllBytes()).isEqualTo(content);
            isClosedByItsReader();
        }
    }

    @Test
    void aStreamOfWhichNobodyWantsTheRestIsClosed() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                return length;
            }
        };
        try (var ahead = new ReadAhead(new Watched(endless), threads)) {
            assertThat(ahead.read()).isZero();
        }
        isClosedByItsReader();
    }

    @Test
    void aStreamThatFailsIsClosed() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("broken");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };
        try (var ahead = new ReadAhead(new Watched(broken), threads)) {
            assertThatThrownBy(ahead::readAllBytes).hasMessage("broken");
        }
        isClosedByItsReader();
    }

    @Test
    void aReaderThatIsStoppedClosesItsStream() throws InterruptedException {
        var reading = new CountDownLatch(1);
        InputStream silent = new InputStream() {
            @Override
            public int read() throws IOException {
                reading.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };
        try (var ahead = new ReadAhead(new Watched(silent), threads)) {
            reading.await();
            threads.shutdownNow();
            assertThatThrownBy(ahead::readAllBytes).isInstanceOf(IOException.class);
        }
        isClosedByItsReader();
    }

    @Test
    void aStreamThatNobodyIsLeftToReadIsClosed() {
        threads.shutdownNow();
        try (var ahead = new ReadAhead(new Watched(new ByteArrayInputStream(new byte[9])), threads)) {
            assertThatThrownBy(ahead::readAllBytes).isInstanceOf(IOException.class);
        }
        assertThat(closer.get()).isNotNull();
    }
}
