package jdocker.daemon.container;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import jdocker.daemon.error.EngineException.InvalidRequest;

/** Those who wait for containers to end or to be removed. */
final class ContainerWaits {
    private final Map<String, List<Waiter>> waiters = new ConcurrentHashMap<>();

    /** What is waited for. */
    enum Condition {
        NOT_RUNNING,
        NEXT_EXIT,
        REMOVED;

        static Condition parse(String text) {
            return switch (text) {
                case "", "not-running" -> NOT_RUNNING;
                case "next-exit" -> NEXT_EXIT;
                case "removed" -> REMOVED;
                default -> throw new InvalidRequest("invalid condition: \"" + text + "\"");
            };
        }
    }

    /** One who waits; the result is the exit code. */
    record Waiter(Condition condition, CompletableFuture<Integer> result) {}

    /** Registers; the caller then looks at the state once more, since it may have changed just before. */
    Waiter register(String id, Condition condition) {
        var waiter = new Waiter(condition, new CompletableFuture<>());
        waiters.compute(id, (_, list) -> {
            List<Waiter> all = list == null ? new CopyOnWriteArrayList<>() : list;
            all.add(waiter);
            return all;
        });
        waiter.result().whenComplete((_, _) -> unregister(id, waiter));
        return waiter;
    }

    private void unregister(String id, Waiter waiter) {
        waiters.computeIfPresent(id, (_, list) -> {
            list.remove(waiter);
            return list.isEmpty() ? null : list;
        });
    }

    void exited(String id, int code) {
        for (Waiter waiter : List.copyOf(waiters.getOrDefault(id, List.of()))) {
            if (waiter.condition() != Condition.REMOVED) {
                waiter.result().complete(code);
            }
        }
    }

    /** The container has ended and will be started again: whoever waits for it not to run waits on. */
    void exitedForNow(String id, int code) {
        for (Waiter waiter : List.copyOf(waiters.getOrDefault(id, List.of()))) {
            if (waiter.condition() == Condition.NEXT_EXIT) {
                waiter.result().complete(code);
            }
        }
    }

    /** Nobody can wait any longer for what is gone. */
    void removed(String id, int code) {
        for (Waiter waiter : List.copyOf(waiters.getOrDefault(id, List.of()))) {
            waiter.result().complete(code);
        }
    }
}
