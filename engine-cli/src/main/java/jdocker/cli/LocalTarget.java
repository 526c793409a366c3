package jdocker.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a container's files go here, by docker's rules.
 *
 * @param folder exists
 * @param from the first part of the archive's names, and
 * @param to what stands in its place
 */
record LocalTarget(Path folder, String from, String to) {

    /** @param path what was asked for of the container */
    static LocalTarget of(Path place, boolean saysDirectory, boolean directory, String path, JsonObject stat) {
        String base = stat.text("name");
        if (Files.isDirectory(place)) {
            return new LocalTarget(place, "", "");
        }
        if (Files.exists(place) && directory) {
            throw new CliError("cannot copy directory");
        }
        if (!Files.exists(place) && saysDirectory && !directory) {
            throw new CliError("no such directory");
        }
        Path whole = place.toAbsolutePath().normalize();
        Path folder = whole.getParent();
        Path name = whole.getFileName();
        if (folder == null || name == null || !Files.isDirectory(folder)) {
            throw new CliError("invalid output path: directory \"" + folder + "\" does not exist");
        }
        return new LocalTarget(folder, base.isEmpty() ? path : base, name.toString());
    }

    /** The name of an entry here. */
    String rename(String name) {
        if (from.isEmpty()) {
            return name;
        }
        if (from.equals("/")) {
            return to + "/" + name;
        }
        return name.equals(from) || name.startsWith(from + "/") ? to + name.substring(from.length()) : name;
    }
}
