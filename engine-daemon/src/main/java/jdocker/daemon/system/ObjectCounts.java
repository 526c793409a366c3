package jdocker.daemon.system;

/** How many there are of each, for {@code /info}. */
public record ObjectCounts(int running, int paused, int stopped, int images) {
    public int containers() {
        return running + paused + stopped;
    }
}
