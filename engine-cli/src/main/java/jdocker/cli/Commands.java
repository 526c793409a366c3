package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands there are. Only the one that was asked for is made. */
final class Commands {
    /** A command's names, the first the one it is known by; {@code common} ones lead the help. */
    record Entry(List<String> names, String summary, boolean common) {
        String name() {
            return names.getFirst();
        }
    }

    private static final List<Entry> ALL = List.of(
            entry(true, "Create and run a new container from an image", "run", "container run"),
            entry(true, "Execute a command in a running container", "exec", "container exec"),
            entry(true, "List containers", "ps", "container ls", "container list", "container ps"),
            entry(true, "Download an image from a registry", "pull", "image pull"),
            entry(true, "Upload an image to a registry", "push", "image push"),
            entry(true, "Authenticate to a registry", "login"),
            entry(true, "Log out from a registry", "logout"),
            entry(true, "Search Docker Hub for images", "search"),
            entry(true, "List images", "images", "image ls", "image list"),
            entry(true, "Show the version information", "version"),
            entry(true, "Display system-wide information", "info", "system info"),
            entry(false, "Attach local standard streams to a running container", "attach", "container attach"),
            entry(false, "Generate the completion script of a shell", "completion"),
            entry(false, "Create a new image from a container's changes", "commit", "container commit"),
            entry(false, "Copy files/folders between a container and the local filesystem", "cp", "container cp"),
            entry(false, "Create a new container", "create", "container create"),
            entry(
                    false,
                    "Inspect changes to files or directories on a container's filesystem",
                    "diff",
                    "container diff"),
            entry(false, "Export a container's filesystem as a tar archive", "export", "container export"),
            entry(false, "Get real time events from the server", "events", "system events"),
            entry(false, "Show the history of an image", "history", "image history"),
            entry(false, "Import a tarball's contents as an image", "import", "image import"),
            entry(false, "Return low-level information on objects", "inspect"),
            entry(false, "Kill one or more running containers", "kill", "container kill"),
            entry(false, "Load an image from a tar archive or STDIN", "load", "image load"),
            entry(false, "Fetch the logs of a container", "logs", "container logs"),
            entry(false, "Pause all processes within one or more containers", "pause", "container pause"),
            entry(false, "List the port mappings of a container", "port", "container port"),
            entry(false, "Rename a container", "rename", "container rename"),
            entry(false, "Restart one or more containers", "restart", "container restart"),
            entry(false, "Remove one or more containers", "rm", "container rm", "container remove"),
            entry(false, "Remove one or more images", "rmi", "image rm", "image remove"),
            entry(
                    false,
                    "Save one or more images to a tar archive (streamed to STDOUT by default)",
                    "save",
                    "image save"),
            entry(false, "Start one or more stopped containers", "start", "container start"),
            entry(false, "Display what containers use, as it changes", "stats", "container stats"),
            entry(false, "Stop one or more running containers", "stop", "container stop"),
            entry(false, "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE", "tag", "image tag"),
            entry(false, "Display the running processes of a container", "top", "container top"),
            entry(false, "Unpause all processes within one or more containers", "unpause", "container unpause"),
            entry(false, "Update the configuration of one or more containers", "update", "container update"),
            entry(
                    false,
                    "Block until one or more containers stop, then print their exit codes",
                    "wait",
                    "container wait"),
            entry(false, "Remove all stopped containers", "container prune"),
            entry(false, "Remove unused images", "image prune"),
            entry(false, "Compare the files and configuration of two images", "image diff"),
            entry(false, "Take over what a stopped Docker engine has left", "migrate docker"),
            entry(false, "Show docker disk usage", "system df"),
            entry(false, "Remove unused data", "system prune"),
            entry(false, "Display detailed information on one or more containers", "container inspect"),
            entry(false, "Check and repair everything that images consist of", "image scrub"),
            entry(false, "Display detailed information on one or more images", "image inspect"),
            entry(false, "Connect a container to a network", "network connect"),
            entry(false, "Create a network", "network create"),
            entry(false, "Disconnect a container from a network", "network disconnect"),
            entry(false, "Display detailed information on one or more networks", "network inspect"),
            entry(false, "List networks", "network ls", "network list"),
            entry(false, "Remove all unused networks", "network prune"),
            entry(false, "Remove one or more networks", "network rm", "network remove"),
            entry(false, "Tell whether a container reaches another, and where the way stops", "network why"));

    /** The groups that have no meaning alone. */
    static final List<String> GROUPS = List.of("container", "image", "migrate", "network", "system");

    private Commands() {}

    private static Entry entry(boolean common, String summary, String... names) {
        return new Entry(List.of(names), summary, common);
    }

    static List<Entry> all() {
        return ALL;
    }

    static boolean isGroup(String word) {
        return GROUPS.contains(word);
    }

    static String groupSummary(String group) {
        return switch (group) {
            case "container" -> "Manage containers";
            case "image" -> "Manage images";
            case "migrate" -> "Take over from other engines";
            case "network" -> "Manage networks";
            default -> "Manage the engine";
        };
    }

    static @Nullable Entry find(String path) {
        for (Entry entry : ALL) {
            if (entry.names().contains(path)) {
                return entry;
            }
        }
        return null;
    }

    /** The words that may stand at a place: after a group, or at the top where the group is empty. */
    static List<String> words(String group) {
        List<String> words = new ArrayList<>();
        for (Entry entry : ALL) {
            for (String name : entry.names()) {
                int space = name.indexOf(' ');
                String owner = space < 0 ? "" : name.substring(0, space);
                if (owner.equals(group)) {
                    words.add(name.substring(space + 1));
                }
            }
        }
        return words;
    }

    static Command make(String name) {
        return switch (name) {
            case "run" -> new RunCommand();
            case "container prune" -> new PruneCommand("container");
            case "image prune" -> new PruneCommand("image");
            case "image diff" -> new ImageDiffCommand();
            case "system df" -> new DiskUsageCommand();
            case "system prune" -> new SystemPruneCommand();
            case "migrate docker" -> new MigrateCommand();
            case "commit" -> new CommitCommand();
            case "cp" -> new CopyCommand();
            case "diff" -> new DiffCommand();
            case "export" -> new ExportCommand();
            case "save" -> new SaveCommand();
            case "create" -> new CreateCommand();
            case "exec" -> new ExecCommand();
            case "ps" -> new PsCommand();
            case "images" -> new ImagesCommand();
            case "version" -> new VersionCommand();
            case "info" -> new InfoCommand();
            case "attach" -> new AttachCommand();
            case "completion" -> new CompletionCommand();
            case "events" -> new EventsCommand();
            case "history" -> new HistoryCommand();
            case "import" -> new ImportCommand();
            case "inspect" -> new InspectCommand("");
            case "container inspect" -> new InspectCommand("container");
            case "image scrub" -> new ScrubCommand();
            case "image inspect" -> new InspectCommand("image");
            case "network inspect" -> new InspectCommand("network");
            case "network connect" -> new NetworkCommands.Connect();
            case "network create" -> new NetworkCommands.Create();
            case "network disconnect" -> new NetworkCommands.Disconnect();
            case "network ls" -> new NetworkCommands.ListAll();
            case "network prune" -> new NetworkCommands.Prune();
            case "network rm" -> new NetworkCommands.Remove();
            case "network why" -> new NetworkWhyCommand();
            case "kill" -> new SignalCommands.Kill();
            case "load" -> new LoadCommand();
            case "logs" -> new LogsCommand();
            case "pause" -> new SignalCommands.Pause("pause");
            case "unpause" -> new SignalCommands.Pause("unpause");
            case "port" -> new PortCommand();
            case "pull" -> new PullCommand();
            case "push" -> new PushCommand();
            case "login" -> new LoginCommand();
            case "logout" -> new LogoutCommand();
            case "search" -> new SearchCommand();
            case "rename" -> new RenameCommand();
            case "restart" -> new SignalCommands.Stop("restart");
            case "stop" -> new SignalCommands.Stop("stop");
            case "rm" -> new RemoveCommand();
            case "rmi" -> new RemoveImageCommand();
            case "start" -> new StartCommand();
            case "stats" -> new StatsCommand();
            case "tag" -> new TagCommand();
            case "top" -> new TopCommand();
            case "update" -> new UpdateCommand();
            case "wait" -> new WaitCommand();
            default -> throw new IllegalArgumentException(name);
        };
    }
}
