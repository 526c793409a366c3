package jdocker.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In what one image differs from another: the answer to {@code GET /images/{name}/diff}, which is this engine's own.
 *
 * @param from id of the image that was named first, and
 * @param to of the other
 * @param sharedLayers how many of the lowest layers both have
 * @param size by how many bytes the files of the second exceed those of the first
 */
@WireRecord
public record ImageDifference(
        String from, String to, int sharedLayers, long size, List<FileItem> files, List<ConfigItem> config) {

    /**
     * A file, link or directory.
     *
     * @param kind as in {@link FileChangeItem}
     * @param oldSize bytes in the first image, 0 where it has none
     * @param newSize bytes in the second
     */
    @WireRecord
    public record FileItem(String path, int kind, long oldSize, long newSize) {}

    /** A member of the configuration; null where an image does not have it. */
    @WireRecord
    public record ConfigItem(
            String name,
            @Nullable Object oldValue,
            @Nullable Object newValue) {}
}
