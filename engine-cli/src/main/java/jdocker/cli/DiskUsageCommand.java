package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code system df}: what images, containers and volumes take of the disk. */
final class DiskUsageCommand extends Command {
    private static final List<Column> COLUMNS = List.of(
            new Column("Active", "ACTIVE"),
            new Column("Reclaimable", "RECLAIMABLE"),
            new Column("Size", "SIZE"),
            new Column("TotalCount", "TOTAL"),
            new Column("Type", "TYPE"));

    private final Flag format = flags().string("format", Formats.FOR_LISTS);
    private final Flag verbose = flags().bool("verbose", 'v', "Show detailed information on space usage");

    @Override
    String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    Arity arity() {
        return Arity.NONE;
    }

    /** @param reclaimable negative where it is not told */
    private record Row(String type, int total, int active, long size, long reclaimable, boolean percent)
            implements TemplateFields {
        @Override
        public List<String> names() {
            return Listing.names(COLUMNS);
        }

        @Override
        public @Nullable Object field(String name) {
            return switch (name) {
                case "Type" -> type;
                case "TotalCount" -> String.valueOf(total);
                case "Active" -> String.valueOf(active);
                case "Size" -> Units.preciseSize(size);
                case "Reclaimable" -> reclaimed();
                default -> null;
            };
        }

        private String reclaimed() {
            String text = Units.preciseSize(Math.max(0, reclaimable));
            return percent && size > 0 ? text + " (" + Math.max(0, reclaimable) * 100 / size + "%)" : text;
        }
    }

    @Override
    int run(Session session, List<String> arguments) {
        if (verbose.isOn() && !format.text().isEmpty()) {
            throw new CliError("the verbose and the format options conflict");
        }
        Listing listing = new Listing(session.out(), format.text(), COLUMNS);
        JsonObject usage = Json.object(session.engine().get("/system/df", new Query()));
        if (verbose.isOn()) {
            new DiskUsageText(session, usage).print();
            return 0;
        }
        listing.print(
                List.of("Type", "TotalCount", "Active", "Size", "Reclaimable"),
                List.of(images(usage), containers(usage), volumes(usage), builds(usage)));
        return 0;
    }

    private static Row images(JsonObject usage) {
        List<JsonObject> images = usage.objects("Images");
        int active = 0;
        long used = 0;
        for (JsonObject image : images) {
            if (image.number("Containers") > 0) {
                active++;
                used += image.number("Size") - image.number("SharedSize");
            }
        }
        long size = usage.number("LayersSize");
        return new Row("Images", images.size(), active, size, size - used, true);
    }

    private static Row containers(JsonObject usage) {
        List<JsonObject> containers = usage.objects("Containers");
        int active = 0;
        long size = 0;
        long idle = 0;
        for (JsonObject container : containers) {
            String state = container.text("State");
            size += container.number("SizeRw");
            if (List.of("running", "paused", "restarting").contains(state)) {
                active++;
            } else {
                idle += container.number("SizeRw");
            }
        }
        return new Row("Containers", containers.size(), active, size, idle, true);
    }

    private static Row volumes(JsonObject usage) {
        List<JsonObject> volumes = usage.objects("Volumes");
        int active = 0;
        long size = 0;
        long idle = 0;
        for (JsonObject volume : volumes) {
            JsonObject data = volume.object("UsageData");
            size += Math.max(0, data.number("Size"));
            if (data.number("RefCount") > 0) {
                active++;
            } else {
                idle += Math.max(0, data.number("Size"));
            }
        }
        return new Row("Local Volumes", volumes.size(), active, size, idle, true);
    }

    private static Row builds(JsonObject usage) {
        List<JsonObject> caches = new ArrayList<>(usage.objects("BuildCache"));
        int active = 0;
        long size = 0;
        long idle = 0;
        for (JsonObject cache : caches) {
            if (cache.flag("InUse")) {
                active++;
            } else if (!cache.flag("Shared")) {
                idle += cache.number("Size");
            }
            size += cache.flag("Shared") ? 0 : cache.number("Size");
        }
        return new Row("Build Cache", caches.size(), active, size, idle, false);
    }
}
