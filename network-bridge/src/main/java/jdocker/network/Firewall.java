package jdocker.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the kernel's rules equal to a {@link FirewallState}. One thread writes: changes that come while it writes go
 * together into the next run of iptables-restore. It also looks every second whether somebody has changed the rules, and
 * puts ours back.
 */
final class Firewall implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Firewall.class);
    private static final long LOOK_EVERY_MILLIS = 1000;

    private final List<RuleFamily> families;
    private final BlockingQueue<Change> queue = new LinkedBlockingQueue<>();
    private final ReentrantLock gate = new ReentrantLock();
    private final Thread writer;
    /** What waits for the rules that could not be made yet. */
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    private String lastFailure = "";
    /** Whether the state holds what could not be made yet. */
    private boolean behind;

    private volatile FirewallState state = FirewallState.EMPTY;

    /** Whether a change that cannot be made belongs to the state all the same, and is tried again. */
    private enum Kept {
        NO,
        /** Unless it alone is what cannot be made: then it would keep all others from being made. */
        UNLESS_AT_FAULT,
        ALWAYS
    }

    private record Change(
            UnaryOperator<FirewallState> edit, CompletableFuture<Boolean> done, Kept kept, boolean last) {}

    /** The thread that calls decides whose network namespace's rules these are. */
    Firewall(List<RuleFamily> families) {
        this.families = List.copyOf(families);
        this.writer = Thread.ofPlatform().name("firewall").daemon().start(this::write);
    }

    FirewallState state() {
        return state;
    }

    /** Begins a change; the future fails with what went wrong, and the change is then not in the state. */
    CompletableFuture<Boolean> begin(UnaryOperator<FirewallState> edit) {
        return begin(edit, Kept.NO);
    }

    /**
     * Begins a change that is tried again until it has been made, if the future fails while no rules at all can be made. One
     * that is refused while others are not is dropped.
     */
    CompletableFuture<Boolean> insist(UnaryOperator<FirewallState> edit) {
        return begin(edit, Kept.UNLESS_AT_FAULT);
    }

    private CompletableFuture<Boolean> begin(UnaryOperator<FirewallState> edit, Kept kept) {
        var change = new Change(edit, new CompletableFuture<>(), kept, false);
        queue.add(change);
        return change.done;
    }

    /** Work to be done as soon as there is nothing more that could not be made. It must not wait for a change. */
    void later(Runnable work) {
        waiting.add(work);
    }

    /** Takes something out of the rules, now or, when that fails, as soon as it can be done. */
    void remove(UnaryOperator<FirewallState> edit) {
        try {
            await(begin(edit, Kept.ALWAYS));
        } catch (FirewallException e) {
            log.warn(
                    "rules of what is gone stay for now, and are removed as soon as that can be done: {}",
                    e.getMessage());
        }
    }

    /** All changes that the work begins go into one run; it must not wait for any. */
    void together(Runnable work) {
        gate.lock();
        try {
            work.run();
        } finally {
            gate.unlock();
        }
    }

    void change(UnaryOperator<FirewallState> edit) {
        await(begin(edit));
    }

    static void await(CompletableFuture<Boolean> change) {
        try {
            change.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw new FirewallException(String.valueOf(failure.getMessage()), failure);
            }
            throw e;
        }
    }

    private void write() {
        while (true) {
            try {
                Change first = queue.poll(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    look();
                    continue;
                }
                if (applyWith(first)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                String failure = String.valueOf(e.getMessage());
                if (!failure.equals(lastFailure)) {
                    log.warn("the firewall rules could not be put back: {}", failure);
                    lastFailure = failure; // once, not every second
                }
            }
        }
    }

    private boolean applyWith(Change first) {
        gate.lock();
        try {
            List<Change> batch = new ArrayList<>(List.of(first));
            queue.drainTo(batch);
            return apply(batch);
        } finally {
            gate.unlock();
        }
    }

    /** True at the end of all. */
    private boolean apply(List<Change> batch) {
        boolean last = batch.stream().anyMatch(Change::last);
        FirewallState wanted = state;
        for (Change change : batch) {
            wanted = change.edit.apply(wanted);
        }
        try {
            make(wanted);
            batch.forEach(change -> change.done.complete(true));
        } catch (RuntimeException e) {
            failed(batch, wanted, e);
        }
        return last;
    }

    private void failed(List<Change> batch, FirewallState wanted, RuntimeException failure) {
        boolean works = restored(failure);
        Change first = batch.getFirst();
        boolean passing = !works && batch.stream().noneMatch(change -> change.kept == Kept.NO);
        if (passing || batch.size() == 1 && first.kept == Kept.ALWAYS) {
            state = wanted;
            behind = true;
        } else if (batch.size() > 1) {
            // One of them is at fault: the others must not suffer.
            batch.forEach(change -> apply(List.of(change)));
            return;
        } else if (first.kept == Kept.UNLESS_AT_FAULT && madeNow(wanted, failure)) {
            first.done.complete(true);
            return;
        }
        batch.forEach(change -> change.done.completeExceptionally(failure));
    }

    /** It may have been only for a moment. */
    private boolean madeNow(FirewallState wanted, RuntimeException failure) {
        try {
            make(wanted);
            return true;
        } catch (RuntimeException e) {
            restored(failure);
            return false;
        }
    }

    private void make(FirewallState wanted) {
        if (!behind && wanted.equals(state)) {
            return;
        }
        List<RuleFamily.Writing> begun = new ArrayList<>();
        try {
            for (RuleFamily family : families) {
                begun.add(family.begin(wanted));
            }
        } finally {
            awaitAll(begun);
        }
        state = wanted;
        behind = false;
    }

    private static void awaitAll(List<RuleFamily.Writing> begun) {
        Optional<RuntimeException> failure = Optional.empty();
        for (RuleFamily.Writing writing : begun) {
            try {
                writing.await();
            } catch (RuntimeException e) {
                failure = Optional.of(e);
            }
        }
        failure.ifPresent(e -> {
            throw e;
        });
    }

    /** One family may have taken what the other refused. Whether the rules of before could be made. */
    private boolean restored(RuntimeException failure) {
        boolean all = true;
        for (RuleFamily family : families) {
            try {
                family.begin(state).await();
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
                all = false;
            }
        }
        return all;
    }

    private void look() {
        if (behind) {
            make(state);
            log.info("the firewall rules are as they shall be again");
        }
        for (Runnable work = waiting.poll(); work != null; work = waiting.poll()) {
            work.run();
        }
        Optional<RuntimeException> failure = Optional.empty();
        for (RuleFamily family : families) {
            try {
                family.repair(state);
            } catch (RuntimeException e) {
                failure = Optional.of(e); // the other family is looked at all the same
            }
        }
        failure.ifPresent(e -> {
            throw e;
        });
        lastFailure = "";
    }

    /** Ends the thread when all changes are made; the rules stay. */
    @Override
    public void close() {
        var end = new Change(UnaryOperator.identity(), new CompletableFuture<>(), Kept.ALWAYS, true);
        queue.add(end);
        end.done.exceptionally(_ -> false).join(); // what is missing, the next daemon makes
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        families.forEach(RuleFamily::close);
    }
}
