package jdocker.network;

/** A port of the host that somebody else has; the message says who. */
public final class PortInUse extends RuntimeException {
    private final String owner;

    /**
     * @param port {@code 0.0.0.0:8080/tcp}
     * @param owner a {@link PublishRequest#owner}, {@code process nginx (pid 12)}, or what else is known
     */
    public PortInUse(String port, String owner) {
        super(port + " is already in use by " + owner);
        this.owner = owner;
    }

    /** Who has it. */
    public String owner() {
        return owner;
    }
}
