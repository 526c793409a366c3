package jdocker.image;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Tells literal addresses; names are never looked up here, since what they mean may change until they are used. */
final class Addresses {
    private Addresses() {}

    /** 127.0.0.0/8, ::1 and {@code localhost}, as in Docker. */
    static boolean isLoopback(String host) {
        return host.equals("localhost")
                || literal(host).map(InetAddress::isLoopbackAddress).orElse(false);
    }

    /** Whether a host is a literal address within a network such as {@code 10.0.0.0/8}. */
    static boolean isWithin(String host, String network) {
        int slash = network.indexOf('/');
        if (slash < 0 || !network.substring(slash + 1).matches("[0-9]{1,3}")) {
            return false;
        }
        Optional<InetAddress> base = literal(network.substring(0, slash));
        Optional<InetAddress> address = literal(host);
        int prefix = Integer.parseInt(network.substring(slash + 1));
        return base.isPresent()
                && address.isPresent()
                && sharePrefix(base.get().getAddress(), address.get().getAddress(), prefix);
    }

    private static boolean sharePrefix(byte[] base, byte[] address, int prefix) {
        if (base.length != address.length || prefix > base.length * 8) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((base[bit / 8] & mask) != (address[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<InetAddress> literal(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        boolean six = bare.indexOf(':') >= 0 && bare.matches("[0-9a-fA-F:.]+");
        if (!six && !bare.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(bare));
        } catch (UnknownHostException _) {
            return Optional.empty();
        }
    }
}
