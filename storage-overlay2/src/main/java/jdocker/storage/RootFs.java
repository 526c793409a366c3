package jdocker.storage;

import java.nio.file.Path;
import jdocker.kernel.Fd;

/** A container's mounted root. Closing unmounts it; {@link #keep} leaves it to whoever unmounts it later. */
public interface RootFs extends AutoCloseable {

    /** Where it is mounted on the host. */
    Path path();

    /** The root itself, open for walking beneath it; closed by {@link #keep} and {@link #close}. */
    Fd root();

    /** Lets go of the mount, which stays: the end plan of a started container takes it away. */
    void keep();

    @Override
    void close();
}
