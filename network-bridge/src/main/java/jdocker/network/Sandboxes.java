package jdocker.network;

import java.util.Optional;

/** Network namespaces, kept at {@code <exec-root>/netns/<id>} until they are deleted, whatever happens to the daemon. */
public interface Sandboxes {
    /** A new one with nothing but its loopback, up. Some are made ahead, so this takes no time unless many start at once. */
    Sandbox create();

    /** One that an earlier daemon made; empty when it has gone. */
    Optional<Sandbox> open(String id);
}
