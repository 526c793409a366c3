package jdocker.daemon.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import jdocker.api.ImageDifference;
import jdocker.api.ImageDifference.ConfigItem;
import jdocker.api.ImageDifference.FileItem;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.state.Snapshot;
import jdocker.oci.Digest;
import jdocker.oci.Json;
import jdocker.storage.ChainId;
import jdocker.storage.FileChange;
import jdocker.storage.Layer;
import jdocker.storage.UnarchivableTree;
import org.jspecify.annotations.Nullable;

/** In what one image differs from another. Native calls: on a work thread. */
final class ImageComparison {
    /** Members of the outer document that say something of the image itself. */
    private static final List<String> OUTER = List.of("architecture", "author", "os", "variant");

    private final ImageContent content;

    ImageComparison(ImageContent content) {
        this.content = content;
    }

    ImageDifference compare(String from, String to) {
        Snapshot state = content.snapshot();
        Image old = ImageLibrary.resolve(state, from);
        Image young = ImageLibrary.resolve(state, to);
        var held = new HashSet<ChainId>();
        top(old).ifPresent(held::add);
        top(young).ifPresent(held::add);
        try (ContentLease _ = content.lease(Set.of(), held)) {
            List<FileItem> files = content.layers().difference(top(old), top(young)).stream()
                    .map(file -> new FileItem(file.path(), number(file.kind()), file.oldSize(), file.newSize()))
                    .toList();
            long size = files.stream()
                    .mapToLong(file -> file.newSize() - file.oldSize())
                    .sum();
            return new ImageDifference(old.id(), young.id(), shared(old, young), size, files, config(old, young));
        } catch (UnarchivableTree e) {
            throw new InvalidRequest(String.valueOf(e.getMessage()));
        }
    }

    private static int number(FileChange.Kind kind) {
        return switch (kind) {
            case MODIFIED -> 0;
            case ADDED -> 1;
            case DELETED -> 2;
        };
    }

    private static Optional<ChainId> top(Image image) {
        return Optional.ofNullable(image.topLayer()).flatMap(Digest::tryParse).map(ChainId::new);
    }

    private int shared(Image old, Image young) {
        Set<ChainId> first = chain(old);
        first.retainAll(chain(young));
        return first.size();
    }

    private Set<ChainId> chain(Image image) {
        var chain = new HashSet<ChainId>();
        top(image).map(content.layers()::chain).orElse(List.of()).stream()
                .map(Layer::chainId)
                .forEach(chain::add);
        return chain;
    }

    private static List<ConfigItem> config(Image old, Image young) {
        JsonNode before = tree(old);
        JsonNode after = tree(young);
        var items = new ArrayList<ConfigItem>();
        for (String name : OUTER) {
            add(items, name, before.get(name), after.get(name));
        }
        JsonNode oldRun = before.path("config");
        JsonNode youngRun = after.path("config");
        var names = new TreeSet<String>();
        oldRun.fieldNames().forEachRemaining(names::add);
        youngRun.fieldNames().forEachRemaining(names::add);
        names.forEach(name -> add(items, name, oldRun.get(name), youngRun.get(name)));
        return items;
    }

    private static JsonNode tree(Image image) {
        return Json.read(image.config().getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }

    private static void add(List<ConfigItem> items, String name, @Nullable JsonNode before, @Nullable JsonNode after) {
        Optional<JsonNode> old = said(before);
        Optional<JsonNode> young = said(after);
        if (!old.equals(young)) {
            items.add(new ConfigItem(name, old.orElse(null), young.orElse(null)));
        }
    }

    /** Nothing, null, and empty lists and texts are the same to whoever runs the image. */
    private static Optional<JsonNode> said(@Nullable JsonNode node) {
        boolean empty = node == null
                || node.isNull()
                || node.isContainerNode() && node.isEmpty()
                || node.isTextual() && node.textValue().isEmpty()
                || node.isBoolean() && !node.booleanValue();
        return empty ? Optional.empty() : Optional.ofNullable(node);
    }
}
