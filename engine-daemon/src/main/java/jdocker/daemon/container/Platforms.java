package jdocker.daemon.container;

import java.util.Locale;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.oci.ImageConfig;

/** Compares {@code --platform} with what an image is for. */
final class Platforms {
    private Platforms() {}

    static boolean matches(String text, ImageConfig image) {
        String[] parts = text.toLowerCase(Locale.ROOT).split("/", -1);
        if (parts.length > 3 || parts[0].isEmpty()) {
            throw new InvalidRequest("\"" + text + "\": unknown operating system or architecture: invalid argument");
        }
        if (parts.length == 1) {
            return isSystem(parts[0])
                    ? parts[0].equals(system(image))
                    : architecture(parts[0]).equals(image.architecture());
        }
        boolean same = parts[0].equals(system(image)) && architecture(parts[1]).equals(image.architecture());
        return same && (parts.length < 3 || image.variant() == null || parts[2].equals(image.variant()));
    }

    private static boolean isSystem(String word) {
        return word.equals("linux") || word.equals("windows") || word.equals("darwin");
    }

    private static String system(ImageConfig image) {
        return image.os().isEmpty() ? "linux" : image.os();
    }

    private static String architecture(String word) {
        return switch (word) {
            case "x86_64", "x86-64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> word;
        };
    }
}
