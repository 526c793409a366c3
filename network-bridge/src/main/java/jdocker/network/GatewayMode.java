package jdocker.network;

/** How a bridge's containers and the rest of the world reach each other, per address family; Docker's gateway modes. */
public enum GatewayMode {
    /** Published ports by address translation; nothing else comes in. */
    NAT,
    /** The same, and every port of a container is open to who can route to it. */
    NAT_UNPROTECTED,
    /** No translation: the published ports are open at the containers' own addresses. */
    ROUTED,
    /** Internal networks only: not even the host has an address on the bridge. */
    ISOLATED
}
