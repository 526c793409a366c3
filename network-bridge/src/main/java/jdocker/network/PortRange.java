package jdocker.network;

/** Ports from first to last; {@link #ANY} leaves the choice to us, from the kernel's range for short-lived ports. */
public record PortRange(int first, int last) {
    public static final PortRange ANY = new PortRange(0, 0);

    private static final int MAX = 65535;

    public PortRange {
        boolean any = first == 0 && last == 0;
        if (!any && (first < 1 || last > MAX || first > last)) {
            throw new IllegalArgumentException("no range of ports: " + first + "-" + last);
        }
    }

    public static PortRange of(int port) {
        return new PortRange(port, port);
    }

    public boolean isAny() {
        return first == 0;
    }

    @Override
    public String toString() {
        return isAny() ? "any" : first == last ? Integer.toString(first) : first + "-" + last;
    }
}
