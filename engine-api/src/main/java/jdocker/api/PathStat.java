package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What the header {@code X-Docker-Container-Path-Stat} tells of a path in a container.
 *
 * @param mode as Go's {@code os.FileMode}
 * @param linkTarget where a symbolic link leads; else empty
 */
public record PathStat(
        @JsonProperty("name") String name,
        @JsonProperty("size") long size,
        @JsonProperty("mode") long mode,
        @JsonProperty("mtime") String modified,
        @JsonProperty("linkTarget") String linkTarget) {}
