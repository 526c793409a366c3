package jdocker.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to {@code POST /images/prune}; bytes. */
@WireRecord
public record ImagesPruned(@Nullable List<ImageDeleted> imagesDeleted, long spaceReclaimed) {
    public ImagesPruned {
        imagesDeleted = Wire.nullable(imagesDeleted);
    }
}
