package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/** The answer to {@code GET /version}. */
@WireRecord
public record VersionInfo(
        VersionPlatform platform,
        List<VersionComponent> components,
        String version,
        String apiVersion,
        @JsonProperty("MinAPIVersion") String minApiVersion,
        String gitCommit,
        String goVersion,
        String os,
        String arch,
        String kernelVersion,
        @OmitEmpty boolean experimental,
        String buildTime) {
    public VersionInfo {
        components = Wire.list(components);
        version = Wire.text(version);
        apiVersion = Wire.text(apiVersion);
        minApiVersion = Wire.text(minApiVersion);
        gitCommit = Wire.text(gitCommit);
        goVersion = Wire.text(goVersion);
        os = Wire.text(os);
        arch = Wire.text(arch);
        kernelVersion = Wire.text(kernelVersion);
        buildTime = Wire.text(buildTime);
    }

    /** Name of the product. */
    @WireRecord
    public record VersionPlatform(String name) {
        public VersionPlatform {
            name = Wire.text(name);
        }
    }

    /** Version of one part. */
    @WireRecord
    public record VersionComponent(String name, String version, Map<String, String> details) {
        public VersionComponent {
            name = Wire.text(name);
            version = Wire.text(version);
            details = Wire.map(details);
        }
    }
}
