package jdocker.runtime;

import java.util.Locale;
import java.util.Optional;

/** How mounts spread between namespaces: {@code MS_*} of linux/mount.h. */
enum Propagation {
    UNBINDABLE(1 << 17),
    PRIVATE(1 << 18),
    SLAVE(1 << 19),
    SHARED(1 << 20);

    private final int bit;

    Propagation(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }

    /** By a mount option such as {@code private}, or {@code rprivate} for a whole tree. */
    static Optional<Propagation> ofOption(String option) {
        String name = option.startsWith("r") && !option.equals("r") ? option.substring(1) : option;
        for (Propagation propagation : values()) {
            if (propagation.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(propagation);
            }
        }
        return Optional.empty();
    }
}
