package jdocker.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of an image's configuration that {@code GET /images/{name}/json} shows from API 1.50 on. */
@WireRecord
public record ImageRunConfig(
        String user,
        @OmitEmpty @Nullable Map<String, Empty> exposedPorts,
        @Nullable List<String> env,
        @Nullable List<String> entrypoint,
        @Nullable List<String> cmd,
        @Nullable Map<String, Empty> volumes,
        String workingDir,
        @Nullable Map<String, String> labels,
        @OmitEmpty String stopSignal,
        @OmitEmpty boolean argsEscaped,
        @OmitEmpty @Nullable HealthConfig healthcheck,
        @Nullable List<String> onBuild,
        @OmitEmpty @Nullable List<String> shell)
        implements ShownImageConfig {
    public ImageRunConfig {
        user = Wire.text(user);
        exposedPorts = Wire.nullable(exposedPorts);
        env = Wire.nullable(env);
        entrypoint = Wire.nullable(entrypoint);
        cmd = Wire.nullable(cmd);
        volumes = Wire.nullable(volumes);
        workingDir = Wire.text(workingDir);
        labels = Wire.nullable(labels);
        stopSignal = Wire.text(stopSignal);
        onBuild = Wire.nullable(onBuild);
        shell = Wire.nullable(shell);
    }

    /** What of a configuration belongs to an image. */
    public static ImageRunConfig of(ContainerConfig config) {
        return new ImageRunConfig(
                config.user(),
                config.exposedPorts(),
                config.env(),
                config.entrypoint(),
                config.cmd(),
                config.volumes(),
                config.workingDir(),
                config.labels().isEmpty() ? null : config.labels(),
                config.stopSignal(),
                config.argsEscaped(),
                config.healthcheck(),
                config.onBuild(),
                config.shell());
    }
}
