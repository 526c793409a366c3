package jdocker.daemon.container;

import java.util.Map;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes images of containers. On a work thread. */
final class Commits {
    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    private final StateStore store;
    private final Containers containers;
    private final ImageCatalog images;
    private final ContainerLifecycle lifecycle;

    Commits(StateStore store, ImageCatalog images, ContainerLifecycle lifecycle) {
        this.store = store;
        this.containers = new Containers(store);
        this.images = images;
        this.lifecycle = lifecycle;
    }

    /**
     * @param pause the container rests meanwhile, so that the image holds one moment of it
     * @return the image's id
     */
    String commit(Container c, ImageCommit commit, boolean pause) {
        if (c.state() instanceof ContainerState.Dead) {
            throw new Conflict("You cannot commit container " + c.id() + " which is Dead");
        }
        if (c.state() instanceof ContainerState.Removing) {
            throw new Conflict("You cannot commit container " + c.id() + " which is being removed");
        }
        boolean paused = pause && c.state() instanceof ContainerState.Running;
        if (paused) {
            lifecycle.pause(c.id());
        }
        String id;
        try {
            id = images.commit(commit);
        } finally {
            if (paused) {
                resume(c);
            }
        }
        store.write(Durability.NORMAL, transaction -> {
            String name = commit.repository().isEmpty()
                    ? ""
                    : images.familiar(commit.repository() + (commit.tag().isEmpty() ? "" : ":" + commit.tag()));
            transaction.append(ContainerEvents.of(
                    c, "commit", Map.of("comment", commit.comment(), "imageID", id, "imageRef", name)));
            return true;
        });
        return id;
    }

    /** It may have been resumed, or have ended, by somebody else's hand. */
    private void resume(Container c) {
        try {
            lifecycle.unpause(c.id());
        } catch (RuntimeException e) {
            LOG.warn("cannot resume container {} after committing it: {}", c.id(), e.getMessage());
        }
    }

    Container container(String reference) {
        return containers.resolve(reference);
    }
}
