package jdocker.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@KernelTest
class EpollTest {
    private final Kernel kernel = Kernel.load();

    private record Event(long token, int events) {}

    @Test
    void reportsWhoIsReadyByTheOwnersNumber() {
        List<Event> seen = new ArrayList<>();
        try (Epoll epoll = kernel.epoll();
                FileData.Pipe one = kernel.data().pipe();
                FileData.Pipe two = kernel.data().pipe()) {
            epoll.add(one.readEnd(), PollEvent.IN, 1L << 40);
            epoll.add(two.readEnd(), PollEvent.IN | PollEvent.ONE_SHOT, 2);
            assertThat(epoll.await(0, (token, events) -> seen.add(new Event(token, events))))
                    .isZero();

            kernel.data().write(one.writeEnd(), new byte[1]);
            kernel.data().write(two.writeEnd(), new byte[1]);
            epoll.await(-1, (token, events) -> seen.add(new Event(token, events)));
            assertThat(seen).containsExactlyInAnyOrder(new Event(1L << 40, PollEvent.IN), new Event(2, PollEvent.IN));

            seen.clear();
            epoll.await(-1, (token, events) -> seen.add(new Event(token, events)));
            assertThat(seen).as("the other was for once").containsExactly(new Event(1L << 40, PollEvent.IN));

            epoll.remove(one.readEnd());
            epoll.modify(two.readEnd(), PollEvent.IN, 3);
            seen.clear();
            epoll.await(-1, (token, events) -> seen.add(new Event(token, events)));
            assertThat(seen).containsExactly(new Event(3, PollEvent.IN));
            assertThatThrownBy(() -> epoll.add(two.readEnd(), PollEvent.IN, 4)).hasMessageContaining("EEXIST");
        }
    }

    @Test
    void wakesAWaitingThread() {
        try (Epoll epoll = kernel.epoll()) {
            CompletableFuture<Integer> waiting = new CompletableFuture<>();
            Thread thread = Thread.ofPlatform().start(() -> waiting.complete(epoll.await(-1, (token, events) -> {})));
            epoll.wakeUp();
            assertThat(waiting.join()).isZero();
            assertThat(thread).isNotNull();
            assertThat(epoll.await(0, (token, events) -> {})).as("woken once").isZero();
        }
    }
}
