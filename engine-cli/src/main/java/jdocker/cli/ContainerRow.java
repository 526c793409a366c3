package jdocker.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A container in the list. */
final class ContainerRow implements TemplateFields {
    static final List<Column> COLUMNS = List.of(
            new Column("Command", "COMMAND"),
            new Column("CreatedAt", "CREATED AT"),
            new Column("ID", "CONTAINER ID"),
            new Column("Image", "IMAGE"),
            new Column("Labels", "LABELS"),
            new Column("LocalVolumes", "LOCAL VOLUMES"),
            new Column("Mounts", "MOUNTS"),
            new Column("Names", "NAMES"),
            new Column("Networks", "NETWORKS"),
            new Column("Platform", "PLATFORM"),
            new Column("Ports", "PORTS"),
            new Column("RunningFor", "CREATED"),
            new Column("Size", "SIZE"),
            new Column("State", "STATE"),
            new Column("Status", "STATUS"));
    static final List<String> USUAL = List.of("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names");
    private static final List<String> NAMES = Listing.names(COLUMNS);
    private static final int COMMAND_LENGTH = 20;
    private static final int MOUNT_LENGTH = 15;

    private final JsonObject json;
    private final boolean whole;
    private final Invocation invocation;

    ContainerRow(JsonObject json, boolean whole, Invocation invocation) {
        this.json = json;
        this.whole = whole;
        this.invocation = invocation;
    }

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public @Nullable Object field(String name) {
        return switch (name) {
            case "ID" -> id();
            case "Names" -> containerNames();
            case "Image" -> image();
            case "Command" -> command();
            case "CreatedAt" -> Text.goTime(json.number("Created"), invocation.zone());
            case "RunningFor" -> runningFor();
            case "Ports" -> PortList.of(json.objects("Ports"));
            case "State" -> json.text("State");
            case "Status" -> json.text("Status");
            case "Size" -> size();
            case "Labels" -> Text.pairs(json.object("Labels"));
            case "LocalVolumes" -> localVolumes();
            case "Mounts" -> mounts();
            case "Networks" -> String.join(",", networks());
            case "Platform" -> platform();
            default -> null;
        };
    }

    @Override
    public @Nullable Object call(String name, List<@Nullable Object> arguments) {
        return name.equals("Label") && arguments.size() == 1
                ? json.object("Labels").text(String.valueOf(arguments.getFirst()))
                : null;
    }

    String id() {
        return whole ? json.text("Id") : Text.shortId(json.text("Id"));
    }

    private String containerNames() {
        List<String> shown = new ArrayList<>();
        for (String name : json.texts("Names")) {
            String bare = name.startsWith("/") ? name.substring(1) : name;
            // "/web/alias" is a link's name.
            if (whole || !bare.contains("/")) {
                shown.add(bare);
            }
        }
        return String.join(",", shown);
    }

    private String image() {
        String image = json.text("Image");
        if (image.isEmpty()) {
            return "<no image>";
        }
        if (whole) {
            return image;
        }
        String id = Text.shortId(json.text("ImageID"));
        if (!id.isEmpty() && id.equals(Text.shortId(image))) {
            return id;
        }
        int digest = image.indexOf('@');
        return digest > 0 ? image.substring(0, digest) : image;
    }

    private String command() {
        String command = json.text("Command");
        return TemplatePrintf.quote(whole ? command : Text.ellipsis(command, COMMAND_LENGTH));
    }

    private String runningFor() {
        long seconds = invocation.clock().instant().getEpochSecond() - json.number("Created");
        return Durations.human(Duration.ofSeconds(seconds)) + " ago";
    }

    private String size() {
        String size = Units.size(json.number("SizeRw"));
        long all = json.number("SizeRootFs");
        return all > 0 ? size + " (virtual " + Units.size(all) + ")" : size;
    }

    private String localVolumes() {
        int count = 0;
        for (JsonObject mount : json.objects("Mounts")) {
            count += mount.text("Driver").equals("local") ? 1 : 0;
        }
        return String.valueOf(count);
    }

    private String mounts() {
        List<String> shown = new ArrayList<>();
        for (JsonObject mount : json.objects("Mounts")) {
            String name = mount.text("Name").isEmpty() ? mount.text("Source") : mount.text("Name");
            shown.add(whole ? name : Text.ellipsis(name, MOUNT_LENGTH));
        }
        return String.join(",", shown);
    }

    private List<String> networks() {
        List<String> names = new ArrayList<>(
                json.object("NetworkSettings").object("Networks").fields().keySet());
        names.sort(null);
        return names;
    }

    private @Nullable Object platform() {
        JsonObject platform = json.object("ImageManifestDescriptor").object("platform");
        return platform.fields().isEmpty() ? null : platform;
    }
}
