package jdocker.daemon;

import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import jdocker.api.ErrorMessage;
import jdocker.api.WireJson;
import jdocker.daemon.http.EventLoops;
import jdocker.kernel.Kernel;
import org.sqlite.SQLiteJDBCLoader;

/**
 * The slow beginnings, side by side: three native libraries to load and a JSON mapper to warm. Started before the
 * configuration is even read.
 */
final class Warmup {
    private final FutureTask<Kernel> kernel = start("warm-kernel", Kernel::load);
    private final FutureTask<EventLoops> eventLoops = start("warm-netty", EventLoops::start);

    Warmup() {
        start("warm-sqlite", SQLiteJDBCLoader::initialize);
        start("warm-json", () -> WireJson.newMapper().writeValueAsBytes(new ErrorMessage("")));
    }

    private static <T> FutureTask<T> start(String name, java.util.concurrent.Callable<T> what) {
        FutureTask<T> task = new FutureTask<>(what);
        Thread.ofPlatform().name(name).daemon().start(task);
        return task;
    }

    Kernel kernel() {
        return get(kernel);
    }

    EventLoops eventLoops() {
        return get(eventLoops);
    }

    private static <T> T get(FutureTask<T> task) {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted while starting", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }
}
