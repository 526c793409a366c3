package jdocker.daemon.container;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import jdocker.api.ContainerConfig;
import jdocker.api.Empty;
import jdocker.api.HealthConfig;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.oci.HealthCheck;
import jdocker.oci.RunConfig;
import org.jspecify.annotations.Nullable;

/** Puts a request's configuration over its image's, by Docker's rules. */
final class ConfigMerge {
    private ConfigMerge() {}

    /**
     * @throws InvalidRequest when nothing says what to run
     */
    static ContainerConfig merge(ContainerConfig request, @Nullable RunConfig image) {
        ContainerConfig merged = image == null ? request : over(request, image);
        List<String> entrypoint = merged.entrypoint();
        if (entrypoint != null
                && entrypoint.size() == 1
                && entrypoint.getFirst().isEmpty()) {
            merged = merged.toBuilder().entrypoint(null).build(); // how clients take an image's entry point away
        }
        if (isEmpty(merged.entrypoint()) && isEmpty(merged.cmd())) {
            throw new InvalidRequest("no command specified");
        }
        return merged;
    }

    private static ContainerConfig over(ContainerConfig request, RunConfig image) {
        ContainerConfig.Builder merged = request.toBuilder();
        if (request.user().isEmpty()) {
            merged.user(orEmpty(image.user()));
        }
        if (request.workingDir().isEmpty()) {
            merged.workingDir(orEmpty(image.workingDir()));
        }
        if (request.stopSignal().isEmpty()) {
            merged.stopSignal(orEmpty(image.stopSignal()));
        }
        if (request.stopTimeout() == null) {
            merged.stopTimeout(image.stopTimeout());
        }
        if (isEmpty(request.shell()) && !image.shell().isEmpty()) {
            merged.shell(image.shell());
        }
        mergeCommand(request, image, merged);
        merged.env(environment(request.env(), image.env()));
        merged.exposedPorts(union(request.exposedPorts(), image.exposedPorts()));
        merged.volumes(union(request.volumes(), image.volumes()));
        var labels = new TreeMap<>(image.labels());
        labels.putAll(request.labels());
        merged.labels(labels);
        merged.healthcheck(health(request.healthcheck(), image.healthCheck()));
        return merged.build();
    }

    // A new entry point leaves the image's command behind; a new command leaves the entry point as it is.
    private static void mergeCommand(ContainerConfig request, RunConfig image, ContainerConfig.Builder merged) {
        if (isEmpty(request.entrypoint())) {
            if (isEmpty(request.cmd()) && !image.cmd().isEmpty()) {
                merged.cmd(image.cmd());
            }
            if (request.entrypoint() == null && !image.entrypoint().isEmpty()) {
                merged.entrypoint(image.entrypoint());
            }
        }
    }

    private static List<String> environment(@Nullable List<String> request, List<String> image) {
        List<String> own = request == null ? List.of() : request;
        List<String> names = own.stream().map(ConfigMerge::variable).toList();
        var merged = new ArrayList<>(own);
        image.stream().filter(v -> !names.contains(variable(v))).forEach(merged::add);
        return merged;
    }

    /** The name in {@code NAME=value}. */
    static String variable(String assignment) {
        int equals = assignment.indexOf('=');
        return equals < 0 ? assignment : assignment.substring(0, equals);
    }

    private static @Nullable Map<String, Empty> union(
            @Nullable Map<String, Empty> request, Map<String, JsonNode> image) {
        if (image.isEmpty()) {
            return request;
        }
        var all = new TreeMap<String, Empty>();
        Stream.concat(image.keySet().stream(), request == null ? Stream.of() : request.keySet().stream())
                .forEach(key -> all.put(key, new Empty()));
        return all;
    }

    private static @Nullable HealthConfig health(@Nullable HealthConfig request, @Nullable HealthCheck image) {
        if (image == null) {
            return request;
        }
        HealthConfig own = request == null ? new HealthConfig(null, 0, 0, 0, 0, 0) : request;
        return new HealthConfig(
                isEmpty(own.test()) ? image.test() : own.test(),
                own.interval() == 0 ? orZero(image.interval()) : own.interval(),
                own.timeout() == 0 ? orZero(image.timeout()) : own.timeout(),
                own.startPeriod() == 0 ? orZero(image.startPeriod()) : own.startPeriod(),
                own.startInterval() == 0 ? orZero(image.startInterval()) : own.startInterval(),
                own.retries() == 0 && image.retries() != null ? image.retries() : own.retries());
    }

    private static boolean isEmpty(@Nullable List<String> list) {
        return list == null || list.isEmpty();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
