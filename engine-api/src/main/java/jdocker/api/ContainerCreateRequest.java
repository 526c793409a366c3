package jdocker.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /containers/create}: the members of {@link ContainerConfig} with two more. */
@WireRecord
public record ContainerCreateRequest(
        @JsonUnwrapped ContainerConfig config,
        @Nullable HostConfig hostConfig,
        @Nullable NetworkingConfig networkingConfig) {}
