package jdocker.daemon.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.event.Event;
import jdocker.daemon.state.Snapshot;
import jdocker.image.ImageRef;
import jdocker.image.PartialBlobs;
import jdocker.oci.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room when the disk fills: above the high watermark it removes, until the low one is reached, what costs least to
 * get back: remains of cut pulls, packed layers, images without a name, and then unused images, the oldest first. Off unless
 * configured. Nothing that a container uses is touched, nor what a pull or push works with. Remains of cut pulls go after a
 * day in any case.
 */
public final class ImageGarbage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageGarbage.class);
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration SWEEPS = Duration.ofHours(1);
    /** What a cut pull has brought is kept for so long. */
    static final Duration PARTIAL_AGE = Duration.ofDays(1);

    private final ImageEngine images;
    private final PartialBlobs partials;
    private final Path dataRoot;
    private final Watermarks watermarks;
    private final ScheduledExecutorService clock;

    /**
     * Percent of the file system in use.
     *
     * @param high where it begins; 0 turns it off
     * @param low where it stops
     */
    public record Watermarks(int high, int low) {
        boolean on() {
            return high > 0;
        }
    }

    /** One thing to remove, and why. */
    record Item(String kind, String id, long bytes, String reason) {}

    /** @param names of an image, as it was found */
    private record Candidate(Item item, List<ImageRef> names) {
        Candidate(Item item) {
            this(item, List.of());
        }
    }

    public ImageGarbage(ImageEngine images, PartialBlobs partials, Path dataRoot, Watermarks watermarks) {
        this(images, partials, dataRoot, watermarks, SWEEPS);
    }

    /** @param sweeps how often remains of cut pulls are looked for */
    ImageGarbage(ImageEngine images, PartialBlobs partials, Path dataRoot, Watermarks watermarks, Duration sweeps) {
        this.images = images;
        this.partials = partials;
        this.dataRoot = dataRoot;
        this.watermarks = watermarks;
        clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("image-garbage").daemon().factory());
        every(sweeps, Duration.ZERO, this::sweep);
        if (watermarks.on()) {
            every(PERIOD, PERIOD, () -> collect(false));
        }
    }

    private void every(Duration period, Duration first, Runnable work) {
        Runnable quietly = () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("making room on {}", dataRoot, e);
            }
        };
        clock.scheduleWithFixedDelay(quietly, first.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        long freed = partials.removeOlderThan(PARTIAL_AGE);
        if (freed > 0) {
            LOG.info("removed remains of cut pulls that are older than a day: {} bytes", freed);
        }
    }

    /**
     * What there is to remove now to come from the high to the low watermark, in this order.
     *
     * @param dryRun only tells it
     */
    List<Item> collect(boolean dryRun) {
        long toFree = excess();
        return toFree <= 0 ? List.of() : collect(dryRun, toFree);
    }

    /** @param bytes to come by */
    List<Item> collect(boolean dryRun, long bytes) {
        long toFree = bytes;
        var done = new ArrayList<Item>();
        for (Candidate candidate : candidates()) {
            if (toFree <= 0) {
                break;
            }
            if (dryRun || remove(candidate)) {
                done.add(candidate.item);
                toFree -= candidate.item.bytes;
            }
        }
        if (toFree > 0 && !dryRun) {
            LOG.warn(
                    "{} is above the low watermark of {} % and no image can be removed for it",
                    dataRoot, watermarks.low);
        }
        return done;
    }

    /** Bytes above the low watermark, once the high one is passed. */
    private long excess() {
        try {
            FileStore disk = Files.getFileStore(dataRoot);
            long total = disk.getTotalSpace();
            long used = total - disk.getUsableSpace();
            return watermarks.on() && used > total / 100 * watermarks.high ? used - total / 100 * watermarks.low : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Candidate> candidates() {
        Snapshot state = images.library().snapshot();
        var items = new ArrayList<Candidate>();
        long remains = partials.size();
        if (remains > 0) {
            items.add(new Candidate(
                    new Item("partial", "remains of cut pulls", remains, "the next pull would fetch it again")));
        }
        for (Digest digest : packed(state)) {
            OptionalLong size = images.content().blobs().size(digest);
            size.ifPresent(bytes -> items.add(new Candidate(
                    new Item("blob", digest.toString(), bytes, "a packed layer, kept for pushes alone"))));
        }
        items.addAll(unused(state));
        return items;
    }

    private static List<Digest> packed(Snapshot state) {
        return state.all(LayerBlobs.ALL).values().stream()
                .flatMap(row -> row.packed().stream())
                .flatMap(form -> Digest.tryParse(form.digest()).stream())
                .toList();
    }

    private List<Candidate> unused(Snapshot state) {
        Map<String, ImageUsers.Use> uses = images.content().users().uses(state);
        Map<String, List<ImageRef>> names = ImageLibrary.namesByImage(state);
        Comparator<Image> order = Comparator.comparing((Image image) -> names.containsKey(image.id()))
                .thenComparing(Image::taken);
        return state.all(Image.ALL).values().stream()
                .filter(image -> !uses.containsKey(image.id()))
                .sorted(order)
                .map(image -> new Candidate(
                        new Item(
                                "image",
                                image.id(),
                                image.size(),
                                names.containsKey(image.id())
                                        ? "no container uses it; it came at " + image.taken()
                                        : "it has no name and no container uses it"),
                        names.getOrDefault(image.id(), List.of())))
                .toList();
    }

    /** False where it is no longer what it was when it was found. */
    private boolean remove(Candidate candidate) {
        Item item = candidate.item;
        boolean removed = switch (item.kind) {
            case "partial" -> partials.removeOlderThan(Duration.ZERO) > 0;
            case "blob" -> images.content().dropPacked(Digest.parse(item.id), event(item));
            default -> removeImage(candidate);
        };
        if (removed) {
            LOG.info("made room: {} {} ({} bytes): {}", item.kind, item.id, item.bytes, item.reason);
        }
        return removed;
    }

    private boolean removeImage(Candidate candidate) {
        try {
            images.removeUnused(candidate.item.id, candidate.names);
            return true;
        } catch (Conflict | NotFound e) {
            LOG.info("image {} is not removed to make room: {}", candidate.item.id, e.getMessage());
            return false;
        }
    }

    private static Event event(Item item) {
        return Event.now("image", "evict", item.id, Map.of("reason", item.reason, "bytes", Long.toString(item.bytes)));
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
