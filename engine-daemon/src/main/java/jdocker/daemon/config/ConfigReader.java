package jdocker.daemon.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Brings flags, file and defaults together. */
public final class ConfigReader {
    private static final Path DEFAULT_FILE = Path.of("/etc/jdocker/daemon.json");

    private final List<String> arguments;
    private final Path directory;
    private final List<String> problems = new ArrayList<>();
    private final GivenValues flags;

    /** @param directory what relative paths on the command line are relative to */
    public ConfigReader(List<String> arguments, Path directory) {
        this.arguments = List.copyOf(arguments);
        this.directory = directory;
        this.flags = new FlagReader(problems).read(this.arguments);
    }

    public boolean wantsHelp() {
        return isOn("help");
    }

    public boolean wantsVersion() {
        return isOn("version");
    }

    public boolean onlyValidates() {
        return isOn("validate");
    }

    private boolean isOn(String flag) {
        return flags.last(Setting.named(flag))
                .filter(value -> !value.equals("false"))
                .isPresent();
    }

    /**
     * Reads everything anew: the file may have changed since.
     *
     * @throws ConfigException with all that is wrong
     */
    public DaemonConfig read() throws ConfigException {
        var found = new ArrayList<>(problems);
        GivenValues merged = new GivenValues();
        merged.addAll(flags);
        Optional<Path> file = file();
        if (file.isPresent()) {
            GivenValues inFile = new FileReader(file.get(), found).read();
            requireNoConflict(file.get(), inFile, found);
            merged.addAll(inFile);
        }
        DaemonConfig config = new ConfigBuilder(merged, directory, found).build();
        if (!found.isEmpty()) {
            throw new ConfigException(found);
        }
        return config;
    }

    /** The default file may be missing; one that was named must not. */
    private Optional<Path> file() {
        Optional<Path> named = flags.last(Setting.named("config-file")).map(directory::resolve);
        return named.isPresent() || Files.notExists(DEFAULT_FILE) ? named : Optional.of(DEFAULT_FILE);
    }

    private void requireNoConflict(Path file, GivenValues inFile, List<String> found) {
        List<String> twice = inFile.settings().stream()
                .filter(flags::has)
                .map(setting -> setting.nameInFile() + ": (from flag: " + flags.shown(setting) + ", from file: "
                        + inFile.shown(setting) + ")")
                .toList();
        if (!twice.isEmpty()) {
            found.add("unable to configure the daemon with file " + file
                    + ": the following directives are specified both as a flag and in the configuration file: "
                    + String.join(", ", twice));
        }
    }

    /** What {@code --help} prints. */
    public static String help() {
        var text = new StringBuilder("Usage: jdockerd [OPTIONS]\n\nA container engine for Linux.\n\nOptions:\n");
        for (Setting setting : Settings.ALL) {
            if (!setting.flag().isEmpty()) {
                String letter = setting.letter().isEmpty() ? "    " : "-" + setting.letter() + ", ";
                text.append(String.format(
                        "  %s%-42s %s%n", letter, "--" + setting.flag() + " " + setting.valueName(), setting.help()));
            }
        }
        return text.toString();
    }
}
