package jdocker.daemon.http;

/** Where a handler runs. */
public enum Lane {
    /** On the event loop itself, which all others wait for: answers at once out of memory, and little. */
    LOOP,
    /** On a virtual thread of its own: reads snapshots, waits, writes streams. No native calls, no SQLite reads. */
    READ,
    /** On a bounded pool of platform threads: native calls, files, changes. When all are busy requests queue, with an end. */
    WORK
}
