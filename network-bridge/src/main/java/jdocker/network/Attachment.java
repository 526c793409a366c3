package jdocker.network;

import java.util.Locale;
import java.util.Optional;

/** What an endpoint's interface hangs on. */
public sealed interface Attachment {
    /** One end of a veth pair whose other end is a port of the bridge. */
    record Bridge(String bridgeName, boolean icc) implements Attachment {}

    /** An interface of its own on the parent's link, with a MAC address of its own; without a parent, an internal one. */
    record Macvlan(Optional<String> parent, MacvlanMode mode) implements Attachment {}

    /** An interface of its own with the parent's MAC address. */
    record Ipvlan(Optional<String> parent, IpvlanMode mode, IpvlanFlag flag) implements Attachment {}

    /** {@code MACVLAN_MODE_*} of linux/if_link.h. */
    enum MacvlanMode {
        PRIVATE(1),
        VEPA(2),
        BRIDGE(4),
        PASSTHRU(8);

        private final int number;

        MacvlanMode(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        /** Docker's {@code macvlan_mode} option. */
        public static MacvlanMode of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /** {@code IPVLAN_MODE_*} of linux/if_link.h. */
    enum IpvlanMode {
        L2(0),
        L3(1),
        L3S(2);

        private final int number;

        IpvlanMode(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        /** Docker's {@code ipvlan_mode} option. */
        public static IpvlanMode of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /** Whom an ipvlan's interfaces reach: {@code IPVLAN_F_*} of linux/if_link.h. */
    enum IpvlanFlag {
        BRIDGE(0),
        PRIVATE(1),
        VEPA(2);

        private final int number;

        IpvlanFlag(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        /** Docker's {@code ipvlan_flag} option. */
        public static IpvlanFlag of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
