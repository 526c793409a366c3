package jdocker.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The archive that {@code docker save} writes: manifest.json lists images with their config, layers and tags. */
final class DockerArchive<L extends ArchivedLayer> {
    private final ArchiveContents<L> contents;

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Item(
            @JsonProperty("Config") @Nullable String config,
            @JsonProperty("RepoTags") @Nullable List<@Nullable String> repoTags,
            @JsonProperty("Layers") @Nullable List<@Nullable String> layers) {}

    DockerArchive(ArchiveContents<L> contents) {
        this.contents = contents;
    }

    List<ArchivedImage<L>> images() {
        var images = new ArrayList<ArchivedImage<L>>();
        for (Item item : contents.read("manifest.json", Item[].class)) {
            if (item == null || item.config == null) {
                throw new InvalidArchive("'manifest.json' has an image without config");
            }
            List<L> layers = strings(item.layers).stream()
                    .map(name -> contents.layer(name).layer())
                    .toList();
            List<ImageRef> tags = ArchiveContents.tags(strings(item.repoTags));
            images.add(contents.image(contents.document(item.config), layers, tags, Optional.empty()));
        }
        return images;
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
