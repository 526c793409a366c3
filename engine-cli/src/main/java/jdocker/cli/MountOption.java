package jdocker.cli;

import java.nio.file.Path;
import java.util.Locale;

/** The value of {@code --mount}: {@code type=bind,source=/a,target=/b,readonly}. */
final class MountOption {
    private final String whole;
    private String type = "volume";
    private String source = "";
    private String target = "";
    private boolean readOnly;
    private String consistency = "";
    private final JsonObject bind = new JsonObject();
    private final JsonObject volume = new JsonObject();
    private final JsonObject image = new JsonObject();
    private final JsonObject tmpfs = new JsonObject();

    private MountOption(String whole) {
        this.whole = whole;
    }

    static MountOption parse(String text) {
        MountOption option = new MountOption(text);
        for (String field : Csv.fields(text)) {
            int equals = field.indexOf('=');
            String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
            if (equals < 0) {
                option.lone(key, field);
            } else {
                option.pair(key, field.substring(equals + 1));
            }
        }
        option.checkWhole();
        return option;
    }

    private void lone(String key, String field) {
        switch (key) {
            case "readonly", "ro" -> readOnly = true;
            case "volume-nocopy" -> volume.with("NoCopy", true);
            case "bind-nonrecursive" -> bind.with("NonRecursive", true);
            default -> throw new IllegalArgumentException("invalid field '" + field + "' must be a key=value pair");
        }
    }

    private void pair(String key, String value) {
        switch (key) {
            case "type" -> type = value.toLowerCase(Locale.ROOT);
            case "source", "src" -> source = value;
            case "target", "dst", "destination" -> target = value;
            case "readonly", "ro" -> readOnly = flag(key, value);
            case "consistency" -> consistency = value.toLowerCase(Locale.ROOT);
            case "bind-propagation" -> bind.with("Propagation", value.toLowerCase(Locale.ROOT));
            case "bind-nonrecursive" -> bind.with("NonRecursive", flag(key, value));
            case "bind-recursive" -> bindRecursive(value);
            case "volume-subpath" -> volume.with("Subpath", value);
            case "volume-nocopy" -> volume.with("NoCopy", flag(key, value));
            case "volume-label" -> put(child(volume, "Labels"), value);
            case "volume-driver" -> child(volume, "DriverConfig").with("Name", value);
            case "volume-opt" -> put(child(child(volume, "DriverConfig"), "Options"), value);
            case "image-subpath" -> image.with("Subpath", value);
            case "tmpfs-size" -> tmpfs.with("SizeBytes", tmpfsSize(key, value));
            case "tmpfs-mode" -> tmpfs.with("Mode", tmpfsMode(key, value));
            default ->
                throw new IllegalArgumentException("unexpected key '" + key + "' in '" + key + "=" + value + "'");
        }
    }

    private void bindRecursive(String value) {
        switch (value) {
            case "enabled" -> {
                // It is so anyway.
            }
            case "disabled" -> bind.with("NonRecursive", true);
            case "writable" -> bind.with("ReadOnlyNonRecursive", true);
            case "readonly" -> bind.with("ReadOnlyForceRecursive", true);
            default ->
                throw new IllegalArgumentException("invalid value for bind-recursive: " + value
                        + " (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")");
        }
    }

    private void checkWhole() {
        if (type.isEmpty()) {
            throw new IllegalArgumentException("type is required");
        }
        if (target.isEmpty()) {
            throw new IllegalArgumentException("target is required");
        }
        checkOptions("bind", bind);
        checkOptions("volume", volume);
        checkOptions("image", image);
        checkOptions("tmpfs", tmpfs);
        if (type.equals("tmpfs") && !source.isEmpty()) {
            throw new IllegalArgumentException("cannot set source with type tmpfs: '" + whole + "'");
        }
    }

    private void checkOptions(String forType, JsonObject options) {
        if (!options.fields().isEmpty() && !type.equals(forType)) {
            throw new IllegalArgumentException("cannot mix '" + forType + "-*' options with mount type '" + type + "'");
        }
    }

    JsonObject toJson(Path directory) {
        JsonObject json = new JsonObject().with("Type", type);
        if (!source.isEmpty()) {
            json.with("Source", absolute(source, directory));
        }
        json.with("Target", target);
        if (readOnly) {
            json.with("ReadOnly", true);
        }
        if (!consistency.isEmpty()) {
            json.with("Consistency", consistency);
        }
        options(json, "BindOptions", bind);
        options(json, "VolumeOptions", volume);
        options(json, "ImageOptions", image);
        options(json, "TmpfsOptions", tmpfs);
        return json;
    }

    /** A path that begins with a dot is meant from here. */
    static String absolute(String source, Path directory) {
        boolean relative =
                source.equals(".") || source.equals("..") || source.startsWith("./") || source.startsWith("../");
        return relative ? directory.resolve(source).normalize().toString() : source;
    }

    private static void options(JsonObject json, String name, JsonObject options) {
        if (!options.fields().isEmpty()) {
            json.with(name, options);
        }
    }

    private static JsonObject child(JsonObject parent, String name) {
        if (!parent.has(name)) {
            parent.with(name, new JsonObject());
        }
        return parent.object(name);
    }

    private static void put(JsonObject map, String pair) {
        int equals = pair.indexOf('=');
        map.with(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
    }

    private static boolean flag(String key, String value) {
        try {
            return Values.bool(value);
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("invalid value for " + key + ": " + value);
        }
    }

    private static long tmpfsSize(String key, String value) {
        try {
            return Units.parseSize(value);
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("invalid value for " + key + ": " + value);
        }
    }

    private static long tmpfsMode(String key, String value) {
        try {
            return Long.parseLong(value, 8);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("invalid value for " + key + ": " + value);
        }
    }
}
