package jdocker.daemon.container;

import java.util.List;
import java.util.Optional;
import jdocker.api.ContainerConfig;

/**
 * What becomes an image.
 *
 * @param parentImage id of the image that the container stands on; empty for none
 * @param topLayer chain id of its last layer
 * @param container the container's own configuration
 * @param wanted the configuration that the image shall have in its place, as far as it says something
 * @param repository and tag: the image's name; empty for none
 * @param changes instructions of a Dockerfile
 */
public record ImageCommit(
        String containerId,
        String parentImage,
        Optional<String> topLayer,
        ContainerConfig container,
        Optional<ContainerConfig> wanted,
        String repository,
        String tag,
        String author,
        String comment,
        List<String> changes) {
    public ImageCommit {
        changes = List.copyOf(changes);
    }
}
