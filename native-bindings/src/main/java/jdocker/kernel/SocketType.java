package jdocker.kernel;

/** {@code SOCK_*} from linux/net.h. */
public enum SocketType {
    STREAM(1),
    DATAGRAM(2),
    /** Messages with their bounds kept, and an end. */
    SEQUENCED_PACKET(5);

    private final int number;

    SocketType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
