package jdocker.daemon.system;

/** What the engine calls itself. */
public final class EngineVersion {
    /** Clients compare the engine's version with Docker's, so it begins with that of the Docker we answer like. */
    private static final String DOCKER = "28.5.2";

    private static final String OWN = System.getProperty("jdocker.version", "0.1.0-dev");
    private static final String REVISION = System.getProperty("jdocker.revision", "unknown");

    private EngineVersion() {}

    /** Ours, such as {@code 0.1.0}. */
    public static String own() {
        return OWN;
    }

    /** The source it was built from. */
    public static String revision() {
        return REVISION;
    }

    /** As clients see it: Docker's with ours as build metadata, {@code 28.5.2+jdocker.0.1.0}. */
    public static String served() {
        return DOCKER + "+jdocker." + OWN;
    }

    /** For the {@code Server} header. */
    public static String product() {
        return "Docker/" + served() + " (linux)";
    }
}
