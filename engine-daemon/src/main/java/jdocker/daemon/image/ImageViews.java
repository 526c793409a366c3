package jdocker.daemon.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.api.ContainerConfig;
import jdocker.api.GraphDriver;
import jdocker.api.ImageHistoryItem;
import jdocker.api.ImageInspect;
import jdocker.api.ImageRunConfig;
import jdocker.api.ImageSummary;
import jdocker.api.ShownImageConfig;
import jdocker.api.WireJson;
import jdocker.api.WireTime;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.http.ApiVersion;
import jdocker.daemon.image.ImageUsers.Use;
import jdocker.daemon.state.Snapshot;
import jdocker.image.ImageRef;
import jdocker.image.WantedPlatform;
import jdocker.oci.Digest;
import jdocker.oci.HistoryEntry;
import jdocker.oci.ImageConfig;
import jdocker.oci.RunConfig;
import jdocker.storage.ChainId;
import jdocker.storage.Layer;
import org.jspecify.annotations.Nullable;

/** Images as the API shows them. */
final class ImageViews {
    private static final long NOT_COUNTED = -1;

    private final ImageLibrary library;
    private final ImageConfigs configs;
    private final ImageContent content;
    private final ObjectMapper wire = WireJson.newMapper();

    ImageViews(ImageLibrary library, ImageConfigs configs, ImageContent content) {
        this.library = library;
        this.configs = configs;
        this.content = content;
    }

    /**
     * What a list shows, newest first.
     *
     * @param virtualSize the field that API versions below 1.44 have
     * @param placeholders {@code <none>} for missing names, below 1.43
     * @param counts how many containers use each, from 1.51 on
     */
    record ListOptions(
            ImageFilters filters, boolean sharedSize, boolean virtualSize, boolean placeholders, boolean counts) {}

    List<ImageSummary> list(ListOptions options) {
        Snapshot state = library.snapshot();
        Map<String, List<ImageRef>> names = ImageLibrary.namesByImage(state);
        Map<String, Use> uses = content.users().uses(state);
        Map<ChainId, Integer> sharing = options.sharedSize ? sharing(state) : Map.of();
        var summaries = new ArrayList<ImageSummary>();
        for (Image image : state.all(Image.ALL).values()) {
            ImageConfig config = configs.of(image);
            List<ImageRef> all = names.getOrDefault(image.id(), List.of());
            List<ImageRef> shown = options.filters.matching(all);
            boolean hidden = shown.isEmpty() && !all.isEmpty();
            if (!hidden && options.filters.takes(created(config), labels(config), shown)) {
                long shared = options.sharedSize ? sharedSize(image, sharing) : NOT_COUNTED;
                summaries.add(summary(image, config, shown, uses.get(image.id()), shared, options));
            }
        }
        summaries.sort(
                Comparator.comparingLong(ImageSummary::created).reversed().thenComparing(ImageSummary::id));
        return summaries;
    }

    private static ImageSummary summary(
            Image image,
            ImageConfig config,
            List<ImageRef> names,
            @Nullable Use use,
            long shared,
            ListOptions options) {
        List<String> tags = tags(names);
        List<String> digests = digests(names);
        if (options.placeholders && tags.isEmpty()) {
            tags = List.of("<none>:<none>");
            digests = digests.isEmpty() ? List.of("<none>@<none>") : digests;
        }
        Map<String, String> labels = labels(config);
        return new ImageSummary(
                options.counts ? (use == null ? 0 : use.count()) : NOT_COUNTED,
                created(config).getEpochSecond(),
                image.id(),
                labels.isEmpty() ? null : labels,
                text(image.parent()),
                digests,
                tags,
                shared,
                image.size(),
                options.virtualSize ? (Long) image.size() : null,
                null);
    }

    /** How many images stand on each layer. */
    private Map<ChainId, Integer> sharing(Snapshot state) {
        var counts = new HashMap<ChainId, Integer>();
        state.all(Image.ALL)
                .values()
                .forEach(image -> layers(image).forEach(layer -> counts.merge(layer.chainId(), 1, Integer::sum)));
        return counts;
    }

    private long sharedSize(Image image, Map<ChainId, Integer> sharing) {
        return layers(image).stream()
                .filter(layer -> sharing.getOrDefault(layer.chainId(), 0) > 1)
                .mapToLong(Layer::size)
                .sum();
    }

    /** Highest first; none where the image has none or they are gone. */
    private List<Layer> layers(Image image) {
        return top(image)
                .filter(top -> content.layers().layer(top).isPresent())
                .map(content.layers()::chain)
                .orElse(List.of());
    }

    private static Optional<ChainId> top(Image image) {
        return Optional.ofNullable(image.topLayer()).flatMap(Digest::tryParse).map(ChainId::new);
    }

    /**
     * An image for a wanted platform, of which each has one.
     *
     * @throws NotFound when it is for another
     */
    private Image resolve(Snapshot state, String reference, Optional<WantedPlatform> platform) {
        Image image = ImageLibrary.resolve(state, reference);
        ImageConfig config = configs.of(image);
        if (platform.isPresent() && !platform.get().matches(config)) {
            throw new NotFound(platform.get().mismatch(reference, config));
        }
        return image;
    }

    /** Checks that an image is for this platform. */
    void check(String reference, WantedPlatform platform) {
        resolve(library.snapshot(), reference, Optional.of(platform));
    }

    ImageInspect inspect(String reference, Optional<WantedPlatform> platform, ApiVersion version) {
        boolean old = !version.atLeast(1, 44);
        Snapshot state = library.snapshot();
        Image image = resolve(state, reference, platform);
        ImageConfig config = configs.of(image);
        List<ImageRef> names = ImageLibrary.names(state, image.id());
        Instant tagged = names.stream()
                .flatMap(name -> ImageLibrary.byName(state, name).stream())
                .map(ImageTag::tagged)
                .max(Comparator.naturalOrder())
                .orElse(WireTime.NEVER);
        return new ImageInspect(
                image.id(),
                tags(names),
                digests(names),
                text(image.parent()),
                comment(config),
                config.created(),
                old ? text(config.container()) : null,
                old ? run(image, "container_config").orElse(ContainerConfig.empty()) : null,
                text(config.dockerVersion()),
                text(config.author()),
                shown(run(image, "config").orElse(ContainerConfig.empty()), version),
                config.architecture(),
                text(config.variant()),
                config.os(),
                text(config.osVersion()),
                image.size(),
                old ? (Long) image.size() : null,
                new GraphDriver(
                        top(image)
                                .filter(top -> content.layers().layer(top).isPresent())
                                .map(content.layers()::describe)
                                .orElse(Map.of()),
                        "overlay2"),
                new ImageInspect.RootFs("layers", diffIds(config)),
                new ImageInspect.Metadata(WireTime.format(tagged)),
                null);
    }

    private static ShownImageConfig shown(ContainerConfig config, ApiVersion version) {
        return version.atLeast(1, 50) ? ImageRunConfig.of(config) : config;
    }

    private Optional<ContainerConfig> run(Image image, String member) {
        try {
            JsonNode node = wire.readTree(image.config()).get(member);
            return node == null || !node.isObject()
                    ? Optional.empty()
                    : Optional.of(wire.treeToValue(node, ContainerConfig.class));
        } catch (JsonProcessingException e) {
            return Optional.empty(); // a config that was valid when it was taken, and odd in the other type's eyes
        }
    }

    /** Newest first. */
    List<ImageHistoryItem> history(String reference, Optional<WantedPlatform> platform) {
        Snapshot state = library.snapshot();
        Image image = resolve(state, reference, platform);
        List<HistoryEntry> entries = configs.of(image).history();
        List<Layer> layers = layers(image).reversed();
        var items = new ArrayList<ImageHistoryItem>();
        int layer = 0;
        for (int i = 0; i < entries.size(); i++) {
            HistoryEntry entry = entries.get(i);
            boolean hasLayer = !Boolean.TRUE.equals(entry.emptyLayer()) && layer < layers.size();
            long size = hasLayer ? layers.get(layer++).size() : 0;
            boolean newest = i == entries.size() - 1;
            items.addFirst(new ImageHistoryItem(
                    newest ? image.id() : "<missing>",
                    ImageFilters.time(text(entry.created()))
                            .map(Instant::getEpochSecond)
                            .orElse(0L),
                    text(entry.createdBy()),
                    newest ? nullIfEmpty(tags(ImageLibrary.names(state, image.id()))) : null,
                    size,
                    text(entry.comment())));
        }
        return items;
    }

    private static @Nullable List<String> nullIfEmpty(List<String> list) {
        return list.isEmpty() ? null : list;
    }

    private static List<String> tags(List<ImageRef> names) {
        return names.stream()
                .filter(name -> name.tag().isPresent())
                .map(ImageRef::familiar)
                .toList();
    }

    private static List<String> digests(List<ImageRef> names) {
        return names.stream()
                .filter(name -> name.digest().isPresent())
                .map(ImageRef::familiar)
                .toList();
    }

    private static List<String> diffIds(ImageConfig config) {
        var rootfs = config.rootfs();
        return rootfs == null
                ? List.of()
                : rootfs.diffIds().stream().map(Digest::toString).toList();
    }

    /** Newer images say it of their last step. */
    private static String comment(ImageConfig config) {
        String own = text(config.comment());
        return own.isEmpty() && !config.history().isEmpty()
                ? text(config.history().getLast().comment())
                : own;
    }

    static Instant created(ImageConfig config) {
        return ImageFilters.time(text(config.created())).orElse(Instant.EPOCH);
    }

    private static Map<String, String> labels(ImageConfig config) {
        RunConfig run = config.config();
        return run == null ? Map.of() : run.labels();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
