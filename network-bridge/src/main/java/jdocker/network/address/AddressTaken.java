package jdocker.network.address;

/** An address that was asked for belongs to somebody; the message names the owner. */
public final class AddressTaken extends RuntimeException {
    AddressTaken(String message) {
        super(message);
    }
}
