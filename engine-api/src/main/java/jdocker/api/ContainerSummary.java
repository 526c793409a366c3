package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One element of {@code GET /containers/json}; {@code created} in seconds since 1970. */
@WireRecord
public record ContainerSummary(
        String id,
        List<String> names,
        String image,
        @JsonProperty("ImageID") String imageId,
        String command,
        long created,
        List<Port> ports,
        @OmitNull @Nullable Long sizeRw,
        @OmitNull @Nullable Long sizeRootFs,
        Map<String, String> labels,
        String state,
        String status,
        HostConfigSummary hostConfig,
        NetworkSummary networkSettings,
        List<MountPoint> mounts) {
    public ContainerSummary {
        id = Wire.text(id);
        names = Wire.list(names);
        image = Wire.text(image);
        imageId = Wire.text(imageId);
        command = Wire.text(command);
        ports = Wire.list(ports);
        labels = Wire.map(labels);
        state = Wire.text(state);
        status = Wire.text(status);
        mounts = Wire.list(mounts);
    }

    /** The part of the host configuration that lists show. */
    @WireRecord
    public record HostConfigSummary(
            @OmitEmpty String networkMode,
            @OmitEmpty @Nullable Map<String, String> annotations) {
        public HostConfigSummary {
            networkMode = Wire.text(networkMode);
            annotations = Wire.nullable(annotations);
        }
    }

    /** The networks that lists show. */
    @WireRecord
    public record NetworkSummary(Map<String, EndpointSettings> networks) {
        public NetworkSummary {
            networks = Wire.map(networks);
        }
    }
}
