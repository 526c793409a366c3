package jdocker.daemon.state;

/** What a change survives once {@link StateStore#write} has returned. */
public enum Durability {
    /** A power cut: the change is synced to disk. For what the API acknowledges: create, tag, load, rename, remove. */
    FULL,
    /** The daemon's death, but not the machine's. For running state, of which the kernel is the truth. */
    NORMAL
}
