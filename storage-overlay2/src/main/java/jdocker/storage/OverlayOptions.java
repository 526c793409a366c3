package jdocker.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What an overlay mount is told; one that is not writable has the upper layer as its first lower one. Layers are named by their short links; features that would make a layer depend on the
 * machine or on its neighbours are off where the kernel has them.
 */
record OverlayOptions(String folder, List<String> lowers, String id, boolean writable, String features) {
    private static final Path PARAMETERS = Path.of("/sys/module/overlay/parameters");
    private static final int PAGE = 4096;

    /** The features that this kernel must be told to leave out. */
    static String detectFeatures() {
        var off = new StringBuilder();
        for (String feature : List.of("index", "metacopy", "redirect_dir")) {
            if (Files.exists(PARAMETERS.resolve(feature))) {
                off.append(',').append(feature).append("=off");
            }
        }
        return off.toString();
    }

    /** With absolute names; correct from any directory. */
    String absolute() {
        return text(folder + "/");
    }

    /** With names relative to the store's folder, short enough for 128 layers. */
    String relative() {
        return text("");
    }

    static boolean fits(String options) {
        return options.length() < PAGE;
    }

    String upper() {
        return folder + "/" + id + "/diff";
    }

    String work() {
        return folder + "/" + id + "/work";
    }

    List<String> absoluteLowers() {
        return lowers.stream().map(lower -> folder + "/" + lower).toList();
    }

    private String text(String prefix) {
        var text = new StringBuilder(lowers.size() * (prefix.length() + 30) + 200).append("lowerdir=");
        for (int i = 0; i < lowers.size(); i++) {
            text.append(i == 0 ? "" : ":").append(prefix).append(lowers.get(i));
        }
        if (!writable) {
            return text.append(features).toString();
        }
        return text.append(",upperdir=")
                .append(prefix)
                .append(id)
                .append("/diff,workdir=")
                .append(prefix)
                .append(id)
                .append("/work")
                .append(features)
                .toString();
    }
}
