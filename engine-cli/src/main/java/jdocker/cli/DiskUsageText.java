package jdocker.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The long form of {@code system df}: every image, container and volume. */
final class DiskUsageText {
    private final Session session;
    private final JsonObject usage;

    DiskUsageText(Session session, JsonObject usage) {
        this.session = session;
        this.usage = usage;
    }

    void print() {
        session.out().line("Images space usage:\n");
        List<ImageRow> images = new ArrayList<>();
        for (JsonObject image : usage.objects("Images")) {
            images.addAll(ImageRow.of(image, false, false, session.invocation()));
        }
        new Listing(session.out(), "", ImageRow.COLUMNS)
                .print(
                        List.of(
                                "Repository",
                                "Tag",
                                "ID",
                                "CreatedSince",
                                "Size",
                                "SharedSize",
                                "UniqueSize",
                                "Containers"),
                        images);
        session.out().line("\nContainers space usage:\n");
        containers();
        session.out().line("\nLocal Volumes space usage:\n");
        volumes();
        session.out().line("\nBuild cache usage: 0B\n");
        Table builds = Table.ofList();
        builds.add("CACHE ID", "CACHE TYPE", "SIZE", "CREATED", "LAST USED", "USAGE", "SHARED");
        builds.print(session.out());
    }

    private void containers() {
        Table table = Table.ofList();
        table.add("CONTAINER ID", "IMAGE", "COMMAND", "LOCAL VOLUMES", "SIZE", "CREATED", "STATUS", "NAMES");
        for (JsonObject container : usage.objects("Containers")) {
            long volumes = container.objects("Mounts").stream()
                    .filter(mount -> mount.text("Type").equals("volume"))
                    .count();
            long seconds = session.invocation().clock().instant().getEpochSecond() - container.number("Created");
            List<String> names = container.texts("Names");
            table.add(
                    Text.shortId(container.text("Id")),
                    container.text("Image"),
                    "\"" + Text.ellipsis(container.text("Command"), 20) + "\"",
                    String.valueOf(volumes),
                    Units.preciseSize(container.number("SizeRw")),
                    Durations.human(Duration.ofSeconds(seconds)) + " ago",
                    container.text("Status"),
                    names.isEmpty() ? "" : names.getFirst().substring(1));
        }
        table.print(session.out());
    }

    private void volumes() {
        Table table = Table.ofList();
        table.add("VOLUME NAME", "LINKS", "SIZE");
        for (JsonObject volume : usage.objects("Volumes")) {
            JsonObject data = volume.object("UsageData");
            long size = data.number("Size");
            table.add(
                    volume.text("Name"),
                    String.valueOf(data.number("RefCount")),
                    size < 0 ? "N/A" : Units.preciseSize(size));
        }
        table.print(session.out());
    }
}
