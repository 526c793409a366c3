package jdocker.daemon.system;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jdocker.api.ContainerSummary;
import jdocker.api.DiskUsage;
import jdocker.api.ImageSummary;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.Router;

/** {@code GET /system/df}: what everything takes of the disk. */
public final class DiskUsageRoutes {
    private static final List<String> TYPES = List.of("container", "image", "volume", "build-cache");

    private final Source source;

    /** Who knows. Walks files: on a work thread. */
    public interface Source {
        /** Bytes of all images' layers, those that several share once. */
        long layersSize();

        List<ImageSummary> images();

        List<ContainerSummary> containers();

        List<DiskUsage.VolumeUsage> volumes();
    }

    public DiskUsageRoutes(Source source) {
        this.source = source;
    }

    public void addTo(Router router) {
        router.add(HttpMethod.GET, "/system/df", Lane.WORK, this::usage);
    }

    private Response usage(Request request) {
        Set<String> wanted = new HashSet<>(request.query().all("type"));
        wanted.stream().filter(type -> !TYPES.contains(type)).findFirst().ifPresent(type -> {
            throw new InvalidRequest("unknown object type: " + type);
        });
        boolean all = wanted.isEmpty();
        boolean images = all || wanted.contains("image");
        return Response.ok(new DiskUsage(
                images ? source.layersSize() : 0,
                images ? source.images() : null,
                all || wanted.contains("container") ? source.containers() : null,
                all || wanted.contains("volume") ? source.volumes() : null,
                all || wanted.contains("build-cache") ? List.of() : null));
    }
}
