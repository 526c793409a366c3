package jdocker.api;

/** An image's configuration as an API version shows it: below 1.50 with the fields that only containers have. */
public sealed interface ShownImageConfig permits ContainerConfig, ImageRunConfig {}
