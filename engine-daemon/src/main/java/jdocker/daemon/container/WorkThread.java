package jdocker.daemon.container;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import jdocker.daemon.error.EngineException.Unavailable;

/** Lets a virtual thread have native calls made for it, so that it is not pinned by them. */
final class WorkThread {
    private WorkThread() {}

    /** Waits for the result; what is thrown there comes out here. */
    static <R> R call(Executor work, Supplier<R> action) {
        var future = new FutureTask<R>(action::get);
        work.execute(future);
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
