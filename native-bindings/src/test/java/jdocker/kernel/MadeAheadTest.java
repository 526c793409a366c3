package jdocker.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MadeAheadTest {
    private final AtomicInteger number = new AtomicInteger();
    private final Semaphore made = new Semaphore(0);
    private final List<Integer> disposed = new CopyOnWriteArrayList<>();
    private final BlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>();

    private MadeAhead<Integer> pool(int failing) {
        return new MadeAhead<>(new MadeAhead.Recipe<>(
                "test-pool",
                2,
                () -> {
                    int next = number.incrementAndGet();
                    if (next <= failing) {
                        throw new IllegalStateException("no. " + next);
                    }
                    made.release();
                    return next;
                },
                disposed::add,
                failures::add));
    }

    @Test
    void givesWhatWasMadeAndMakesTheNext() throws InterruptedException {
        try (MadeAhead<Integer> pool = pool(0)) {
            assertThat(pool.take()).isEmpty();
            pool.start();
            pool.start();
            awaitMade(2);
            assertThat(taken(pool)).isEqualTo(1);
            awaitMade(1);
        }
        assertThat(disposed).containsExactlyInAnyOrder(2, 3);
        assertThat(number).hasValue(3);
    }

    @Test
    void afterAFailureTheNextThatAsksStartsItAgain() throws InterruptedException {
        try (MadeAhead<Integer> pool = pool(1)) {
            pool.start();
            assertThat(failures.poll(10, TimeUnit.SECONDS)).hasMessage("no. 1");
            assertThat(pool.take()).isEmpty();
            awaitMade(2);
            assertThat(taken(pool)).isEqualTo(2);
        }
        assertThat(failures).isEmpty();
    }

    private void awaitMade(int count) throws InterruptedException {
        assertThat(made.tryAcquire(count, 30, TimeUnit.SECONDS))
                .as("%d more are made", count)
                .isTrue();
    }

    /** What is made is there a moment later. */
    private static int taken(MadeAhead<Integer> pool) throws InterruptedException {
        Optional<Integer> one = pool.take();
        while (one.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(1);
            one = pool.take();
        }
        return one.get();
    }
}
