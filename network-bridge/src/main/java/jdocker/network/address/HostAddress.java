package jdocker.network.address;

import java.util.Optional;
import jdocker.network.InterfaceAddress;

/** An address and the size of the subnet it is in, as an interface has it: 172.18.0.1/22. */
public record HostAddress(IpAddress address, int prefix) {
    private static final int PREFIX_DIGITS = 3;

    /** @throws IllegalArgumentException for a prefix that the family does not have */
    public HostAddress {
        if (prefix < 0 || prefix > address.bits()) {
            throw new IllegalArgumentException("no prefix of " + address + ": " + prefix);
        }
    }

    /** Reads {@code address/prefix}; empty when it is none. */
    public static Optional<HostAddress> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String digits = text.substring(slash + 1);
        boolean number = !digits.isEmpty()
                && digits.length() <= PREFIX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.equals("0") || digits.charAt(0) != '0');
        if (!number) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(digits);
        return IpAddress.parse(text.substring(0, slash))
                .filter(address -> prefix <= address.bits())
                .map(address -> new HostAddress(address, prefix));
    }

    public InterfaceAddress toInterface() {
        return new InterfaceAddress(address.toInet(), prefix);
    }

    public AddressBlock subnet() {
        return new AddressBlock(address, prefix);
    }

    @Override
    public String toString() {
        return address + "/" + prefix;
    }
}
