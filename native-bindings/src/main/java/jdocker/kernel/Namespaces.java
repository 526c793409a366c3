package jdocker.kernel;

import java.util.Set;
import java.util.function.Supplier;

/**
 * Namespaces. {@link #unshare} and {@link #enter} change the calling thread for good, and every thread that it starts
 * later: only within {@link #onThrowAwayThread}. A JVM can't change its user namespace, and no thread of it may enter the
 * pid namespace of a container.
 */
public interface Namespaces {
    /** One of a process's namespaces, held open. */
    Fd open(long pid, NamespaceKind kind);

    /** One of the calling thread's. */
    Fd current(NamespaceKind kind);

    void unshare(Set<NamespaceKind> kinds);

    void enter(Fd namespace, NamespaceKind kind);

    /** A new network namespace with its loopback up; it lives as long as the descriptor or a bind of it. */
    Fd newNetworkNamespace();

    /** Keeps the namespace at a path, an empty file that is made here, until that is unmounted. */
    void bind(Fd namespace, String path);

    /** Runs the work on a platform thread of its own, which then ends, whatever namespaces it is in. */
    <T> T onThrowAwayThread(Supplier<T> work);

    /**
     * Runs the work on such a thread with this as its working directory, which otherwise belongs to the whole process. For
     * relative names where absolute ones are too long.
     */
    void inDirectory(Fd directory, Runnable work);
}
