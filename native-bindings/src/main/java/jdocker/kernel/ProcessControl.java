package jdocker.kernel;

/** prctl(2), of the whole process or of the calling thread. */
public interface ProcessControl {
    /**
     * Whether others with our user id may trace this process and read its memory. Off for the daemon, first thing; the
     * kernel itself turns it off at a change of ids.
     */
    void dumpable(boolean dumpable);

    boolean isDumpable();

    /** Whether orphans among our descendants become our children. */
    void childSubreaper(boolean subreaper);

    boolean isChildSubreaper();

    /** The highest capability that the kernel knows. */
    int lastCapability();
}
