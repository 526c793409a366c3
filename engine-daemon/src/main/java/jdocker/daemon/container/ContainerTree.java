package jdocker.daemon.container;

import java.util.function.Function;
import jdocker.storage.RootTree;

/**
 * A container's files, open for copying.
 *
 * @param users finds a user of the container by name or number
 */
public record ContainerTree(RootTree files, Function<String, ProcessUser> users, Runnable end)
        implements AutoCloseable {
    @Override
    public void close() {
        end.run();
    }
}
