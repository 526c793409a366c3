package jdocker.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to {@code GET /system/df}; what was not asked for is null. Bytes. */
@WireRecord
public record DiskUsage(
        long layersSize,
        @Nullable List<ImageSummary> images,
        @Nullable List<ContainerSummary> containers,
        @Nullable List<VolumeUsage> volumes,
        @Nullable List<Empty> buildCache) {

    /** A volume with what it takes. */
    @WireRecord
    public record VolumeUsage(
            String createdAt,
            String driver,
            @Nullable Map<String, String> labels,
            String mountpoint,
            String name,
            @Nullable Map<String, String> options,
            String scope,
            Usage usageData) {}

    /** @param refCount containers that have the volume */
    @WireRecord
    public record Usage(long refCount, long size) {}
}
