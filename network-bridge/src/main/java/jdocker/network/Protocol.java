package jdocker.network;

import java.util.Locale;

/** What a published port speaks, and its number in an IP header (assigned by IANA). */
public enum Protocol {
    TCP(6),
    UDP(17),
    SCTP(132);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The name of the API and of iptables: {@code tcp}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The protocol with this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Protocol of(String label) {
        for (Protocol protocol : values()) {
            if (protocol.label().equalsIgnoreCase(label)) {
                return protocol;
            }
        }
        throw new IllegalArgumentException("no protocol " + label + ": tcp, udp and sctp can be published");
    }
}
