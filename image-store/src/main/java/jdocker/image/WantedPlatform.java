package jdocker.image;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import jdocker.oci.ImageConfig;
import jdocker.oci.Platform;
import org.jspecify.annotations.Nullable;

/** The platform to choose from an image for several: {@code linux/amd64}, {@code linux/arm64/v8}. */
public record WantedPlatform(String os, String architecture, Optional<String> variant) {

    /** What this machine runs. */
    public static WantedPlatform host() {
        return new WantedPlatform("linux", normal(System.getProperty("os.arch", "")), Optional.empty());
    }

    /** Reads {@code os[/architecture[/variant]]}; a lone architecture means linux. Empty when it is malformed. */
    public static Optional<WantedPlatform> parse(String text) {
        String[] parts = text.toLowerCase(Locale.ROOT).split("/", -1);
        for (String part : parts) {
            if (part.isEmpty() || !part.chars().allMatch(WantedPlatform::isAllowed)) {
                return Optional.empty();
            }
        }
        return switch (parts.length) {
            case 1 ->
                Optional.of(
                        parts[0].equals("linux")
                                ? new WantedPlatform("linux", host().architecture, Optional.empty())
                                : new WantedPlatform("linux", normal(parts[0]), Optional.empty()));
            case 2 -> Optional.of(new WantedPlatform(parts[0], normal(parts[1]), Optional.empty()));
            case 3 -> Optional.of(new WantedPlatform(parts[0], normal(parts[1]), Optional.of(parts[2])));
            default -> Optional.empty();
        };
    }

    private static boolean isAllowed(int c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.';
    }

    private static String normal(String architecture) {
        return switch (architecture) {
            case "x86_64", "x86-64", "amd64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            case "i386", "i686", "x86" -> "386";
            case "armhf", "arm" -> "arm";
            default -> architecture;
        };
    }

    /** The best of these for this platform; what names no platform is taken only where nothing matches better. */
    public <T> Optional<T> pick(List<T> candidates, Function<T, @Nullable Platform> platformOf) {
        return candidates.stream()
                .filter(candidate -> score(platformOf.apply(candidate)) > 0)
                .max(Comparator.comparingInt(candidate -> score(platformOf.apply(candidate))));
    }

    private int score(@Nullable Platform platform) {
        if (platform == null) {
            return 1;
        }
        if (!platform.os().equals(os) || !normal(platform.architecture()).equals(architecture)) {
            return 0;
        }
        String theirs = platform.variant() == null ? "" : platform.variant();
        if (variant.isPresent()) {
            return theirs.equals(variant.get()) ? 3 : theirs.isEmpty() ? 2 : 0;
        }
        return theirs.isEmpty() || theirs.equals("v8") || theirs.equals("v1") ? 3 : 2;
    }

    /** Whether an image of this configuration is for this platform. */
    public boolean matches(ImageConfig config) {
        return score(new Platform(config.architecture(), config.os(), null, List.of(), config.variant())) > 0;
    }

    /** In Docker's words, that the image called so is for another. */
    public String mismatch(String reference, ImageConfig config) {
        return "image with reference " + reference + " was found but its platform ("
                + new WantedPlatform(config.os(), config.architecture(), Optional.ofNullable(config.variant()))
                + ") does not match the specified platform (" + this + ")";
    }

    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
    }
}
