package jdocker.daemon.image;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import jdocker.api.ImageDeleted;
import jdocker.api.ImagesPruned;
import jdocker.daemon.error.EngineException;
import jdocker.daemon.event.Event;
import jdocker.daemon.state.Snapshot;
import jdocker.image.ImageRef;
import jdocker.oci.ImageConfig;
import jdocker.oci.RunConfig;
import jdocker.storage.ChainId;
import jdocker.storage.Layer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes images that nobody uses. */
final class ImagePruning {
    private static final Logger LOG = LoggerFactory.getLogger(ImagePruning.class);

    private final ImageContent content;
    private final ImageConfigs configs;
    private final ImageRemoval removal;

    ImagePruning(ImageContent content, ImageConfigs configs, ImageRemoval removal) {
        this.content = content;
        this.configs = configs;
        this.removal = removal;
    }

    /**
     * Which images may go, if nothing uses them.
     *
     * @param danglingOnly those without a name alone
     * @param until only those made before
     * @param labels all of which they must have, {@code name} or {@code name=value}
     * @param withoutLabels of which they may have none
     */
    record Choice(boolean danglingOnly, Optional<Instant> until, List<String> labels, List<String> withoutLabels) {
        boolean takes(ImageConfig config) {
            RunConfig run = config.config();
            Map<String, String> own = run == null ? Map.of() : run.labels();
            return until.filter(moment -> !ImageViews.created(config).isBefore(moment))
                            .isEmpty()
                    && labels.stream().allMatch(label -> ImageFilters.hasLabel(own, label))
                    && withoutLabels.stream().noneMatch(label -> ImageFilters.hasLabel(own, label));
        }

        /** Of which age what cut pulls have left may go, which has no labels. */
        Optional<Duration> remains() {
            boolean byLabel = !labels.isEmpty() || !withoutLabels.isEmpty();
            Instant now = Instant.now();
            return Optional.of(
                            until.map(moment -> Duration.between(moment, now)).orElse(Duration.ZERO))
                    .filter(_ -> !byLabel);
        }
    }

    /** @param remains removes what cut pulls have left and is of that age, and tells how many bytes */
    ImagesPruned prune(Choice choice, ToLongFunction<Duration> remains) {
        Snapshot state = content.snapshot();
        Map<String, List<ImageRef>> names = ImageLibrary.namesByImage(state);
        var used = content.users().uses(state).keySet();
        Map<String, Long> sizes = layerSizes();
        var deleted = new ArrayList<ImageDeleted>();
        for (Image image : state.all(Image.ALL).values()) {
            List<ImageRef> own = names.getOrDefault(image.id(), List.of());
            boolean wanted = !used.contains(image.id())
                    && choice.takes(configs.of(image))
                    && (!choice.danglingOnly || own.isEmpty())
                    // As Docker: of an image on which others stand the names go.
                    && (!own.isEmpty()
                            || ImageRemoval.children(state, image.id()).isEmpty());
            if (wanted) {
                remove(image, own, deleted);
            }
        }
        long freed = deleted.stream()
                        .flatMap(one -> Optional.ofNullable(one.deleted()).stream())
                        .mapToLong(id -> sizes.getOrDefault(id, 0L))
                        .sum()
                + choice.remains().stream().mapToLong(remains).sum();
        content.note(List.of(Event.now("image", "prune", "", Map.of("reclaimed", Long.toString(freed)))));
        return new ImagesPruned(deleted.isEmpty() ? null : deleted, freed);
    }

    private void remove(Image image, List<ImageRef> names, List<ImageDeleted> deleted) {
        try {
            if (names.isEmpty()) {
                deleted.addAll(removal.remove(image.id(), false, true));
            }
            for (ImageRef name : names) {
                // With the last tag of a repository its digests have gone already.
                if (ImageLibrary.byName(content.snapshot(), name).isPresent()) {
                    deleted.addAll(removal.remove(name.toString(), false, true));
                }
            }
        } catch (EngineException e) {
            // Somebody has come to use it meanwhile, or has been faster.
            LOG.info("image {} is not pruned: {}", image.id(), e.getMessage());
        }
    }

    private Map<String, Long> layerSizes() {
        var sizes = new HashMap<String, Long>();
        for (ChainId chain : content.layers().layers()) {
            content.layers().layer(chain).map(Layer::size).ifPresent(size -> sizes.put(chain.toString(), size));
        }
        return sizes;
    }
}
