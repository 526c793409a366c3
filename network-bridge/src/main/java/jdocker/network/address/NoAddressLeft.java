package jdocker.network.address;

/** There is nothing left to give; the message says what occupies the space. */
public final class NoAddressLeft extends RuntimeException {
    NoAddressLeft(String message) {
        super(message);
    }
}
