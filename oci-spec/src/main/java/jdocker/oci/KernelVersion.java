package jdocker.oci;

import java.util.Comparator;

/** Major and minor number of a kernel, such as 6.18; what follows them differs from vendor to vendor. */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {

    /** Reads {@code 6.18} and {@code 6.18.44-generic}; throws IllegalArgumentException when there is no such number. */
    public static KernelVersion parse(String text) {
        String[] parts = text.split("[^0-9]+", 3);
        if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new IllegalArgumentException("invalid kernel version '" + text + "'");
        }
        return new KernelVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    @Override
    public int compareTo(KernelVersion other) {
        return Comparator.comparingInt(KernelVersion::major)
                .thenComparingInt(KernelVersion::minor)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
