package jdocker.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import jdocker.image.ImageArchive.StoredLayer;
import org.jspecify.annotations.Nullable;

/** The archive that {@code docker save} writes: manifest.json lists images with their config, layers and tags. */
final class DockerArchive<L extends ArchivedLayer> {
    private final ArchiveContents<L> contents;
    private final OciLayout<L> layout;

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Item(
            @JsonProperty("Config") @Nullable String config,
            @JsonProperty("RepoTags") @Nullable List<@Nullable String> repoTags,
            @JsonProperty("Layers") @Nullable List<@Nullable String> layers) {}

    /** @param layout what else the archive may be: it has the manifests */
    DockerArchive(ArchiveContents<L> contents, OciLayout<L> layout) {
        this.contents = contents;
        this.layout = layout;
    }

    List<ArchivedImage<L>> images() {
        var images = new FoundImages<L>();
        for (Item item : contents.read("manifest.json", Item[].class)) {
            if (item == null || item.config == null) {
                throw new InvalidArchive("'manifest.json' has an image without config");
            }
            List<StoredLayer<L>> stored =
                    strings(item.layers).stream().map(contents::layer).toList();
            List<L> layers = stored.stream().map(StoredLayer::layer).toList();
            List<ImageRef> tags = ArchiveContents.tags(strings(item.repoTags));
            byte[] config = contents.document(item.config);
            images.add(config, layers, tags, () -> layout.manifestOf(config, stored));
        }
        return images.all();
    }

    private static List<String> strings(@Nullable List<@Nullable String> list) {
        if (list == null) {
            return List.of();
        }
        var strings = new ArrayList<String>();
        for (String text : list) {
            if (text == null) {
                throw new InvalidArchive("'manifest.json' has null in a list");
            }
            strings.add(text);
        }
        return strings;
    }
}
