package jdocker.network.address;

/** A block that is taken, and by what: a network, a route of the host. */
public record Occupied(AddressBlock subnet, String by) {
    @Override
    public String toString() {
        return subnet + " (" + by + ")";
    }
}
