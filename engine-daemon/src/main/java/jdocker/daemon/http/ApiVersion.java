package jdocker.daemon.http;

import java.util.Optional;

/** A version of the Docker Engine API, such as 1.51. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {

    /** The oldest version that is served. */
    public static final ApiVersion MINIMUM = new ApiVersion(1, 24);

    /** The version that skopeo, buildah and podman asked for before 2023, whatever the engine's oldest was. */
    static final ApiVersion OF_OLD_IMAGE_TOOLS = new ApiVersion(1, 22);

    /** The newest version that is served, and the one that a path without version gets. */
    public static final ApiVersion CURRENT = new ApiVersion(1, 51);

    /** Reads {@code 1.43}; empty when it is no version. ASCII digits only, at most four of each. */
    public static Optional<ApiVersion> parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        int major = number(text, 0, dot);
        int minor = number(text, dot + 1, text.length());
        return major < 0 || minor < 0 ? Optional.empty() : Optional.of(new ApiVersion(major, minor));
    }

    private static int number(String text, int from, int to) {
        if (from == to || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Whether this version is {@code 1.minor} or newer: the form that version gates take. */
    public boolean atLeast(int major, int minor) {
        return compareTo(new ApiVersion(major, minor)) >= 0;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
