package jdocker.daemon.container;

import java.util.Optional;
import jdocker.oci.ImageConfig;

/**
 * What a container needs to know of its image.
 *
 * @param id digest of the configuration, {@code sha256:…}
 * @param topLayer chain id of the last layer; empty for an image without layers
 */
public record ContainerImage(String id, Optional<String> topLayer, ImageConfig config) {}
