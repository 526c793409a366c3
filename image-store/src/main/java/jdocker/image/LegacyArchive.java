package jdocker.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.oci.Json;

/**
 * The archive of Docker before 1.10: {@code repositories} names the topmost of a chain of folders, each with a
 * {@code json} that names its parent, and a {@code layer.tar}. The config is made of these, as Docker made it.
 */
final class LegacyArchive<L extends ArchivedLayer> {
    private static final int LONGEST_CHAIN = 128;
    private static final List<String> NOT_IN_CONFIG =
            List.of("id", "parent", "parent_id", "Size", "layer_id", "throwaway", "layer_digest");

    private final ArchiveContents<L> contents;

    LegacyArchive(ArchiveContents<L> contents) {
        this.contents = contents;
    }

    List<ArchivedImage<L>> images() {
        JsonNode repositories = contents.read("repositories", JsonNode.class);
        Map<String, List<ImageRef>> tagsById = new LinkedHashMap<>();
        repositories
                .properties()
                .forEach(repository -> repository.getValue().properties().forEach(tag -> {
                    List<ImageRef> parsed = ArchiveContents.tags(List.of(repository.getKey() + ":" + tag.getKey()));
                    tagsById.computeIfAbsent(tag.getValue().asText(), _ -> new ArrayList<>())
                            .addAll(parsed);
                }));
        if (tagsById.isEmpty()) {
            throw new InvalidArchive("'repositories' lists no images");
        }
        var images = new FoundImages<L>();
        tagsById.forEach((id, tags) -> add(images, id, tags));
        return images.all();
    }

    private void add(FoundImages<L> images, String id, List<ImageRef> tags) {
        Optional<ObjectNode> top = Optional.empty();
        // Of the others nothing else is kept: parsed, all documents may be larger than memory.
        var history = new ArrayDeque<ObjectNode>();
        var layers = new ArrayList<L>();
        for (Optional<String> at = Optional.of(id); at.isPresent(); ) {
            if (history.size() == LONGEST_CHAIN) {
                throw new InvalidArchive("max depth exceeded: more than " + LONGEST_CHAIN + " layers");
            }
            String folder = checkedId(at.get());
            if (!(contents.read(folder + "/json", JsonNode.class) instanceof ObjectNode json)) {
                throw new InvalidArchive("'" + folder + "/json' is no image");
            }
            top = top.or(() -> Optional.of(json));
            history.addFirst(entry(json));
            layers.addFirst(contents.layer(folder + "/layer.tar").layer());
            at = Optional.ofNullable(json.get("parent")).map(JsonNode::asText).filter(parent -> !parent.isEmpty());
        }
        byte[] config = Json.write(config(top.orElseThrow(), history, layers));
        images.add(config, layers, tags, Optional::empty);
    }

    private static ObjectNode entry(ObjectNode step) {
        ObjectNode entry = step.objectNode();
        copy(step.get("created"), entry, "created");
        copy(step.get("author"), entry, "author");
        copy(step.get("comment"), entry, "comment");
        JsonNode command = step.path("container_config").path("Cmd");
        if (command.isArray()) {
            var words = new ArrayList<String>();
            command.forEach(word -> words.add(word.asText()));
            entry.put("created_by", String.join(" ", words));
        }
        return entry;
    }

    private ObjectNode config(ObjectNode config, Iterable<ObjectNode> history, List<L> layers) {
        config.remove(NOT_IN_CONFIG);
        history.forEach(config.putArray("history")::add);
        ObjectNode rootfs = config.putObject("rootfs");
        rootfs.put("type", "layers");
        ArrayNode diffIds = rootfs.putArray("diff_ids");
        layers.forEach(layer -> diffIds.add(layer.diffId().toString()));
        return config;
    }

    private static void copy(JsonNode value, ObjectNode target, String key) {
        if (value != null && !value.isNull() && !value.asText().isEmpty()) {
            target.set(key, value);
        }
    }

    private static String checkedId(String id) {
        if (Optional.of(id).filter(text -> text.matches("[0-9a-f]{64}")).isEmpty()) {
            throw new InvalidArchive("invalid image id " + ArchiveContents.quoted(id));
        }
        return id;
    }
}
