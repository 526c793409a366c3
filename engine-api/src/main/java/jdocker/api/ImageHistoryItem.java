package jdocker.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One layer of {@code GET /images/{name}/history}; seconds since 1970, bytes. */
@WireRecord
public record ImageHistoryItem(
        String id, long created, String createdBy, @Nullable List<String> tags, long size, String comment) {
    public ImageHistoryItem {
        id = Wire.text(id);
        createdBy = Wire.text(createdBy);
        tags = Wire.nullable(tags);
        comment = Wire.text(comment);
    }
}
