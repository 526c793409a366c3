package jdocker.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One element of {@code GET /images/json}; -1 is "not counted", {@code virtualSize} is for API below 1.44. */
@WireRecord
public record ImageSummary(
        long containers,
        long created,
        String id,
        @Nullable Map<String, String> labels,
        String parentId,
        List<String> repoDigests,
        List<String> repoTags,
        long sharedSize,
        long size,
        @OmitNull @Nullable Long virtualSize,
        @OmitEmpty @Nullable OciDescriptor descriptor) {
    public ImageSummary {
        id = Wire.text(id);
        labels = Wire.nullable(labels);
        parentId = Wire.text(parentId);
        repoDigests = Wire.list(repoDigests);
        repoTags = Wire.list(repoTags);
    }
}
