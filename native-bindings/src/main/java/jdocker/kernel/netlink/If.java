package jdocker.kernel.netlink;

/** {@code IFLA_*} of linux/if_link.h and {@code IFF_*} of linux/if.h, as far as we speak of them. */
final class If {
    static final int ADDRESS = 1;
    static final int NAME = 3;
    static final int MTU = 4;
    static final int LINK = 5;
    static final int MASTER = 10;
    static final int LINKINFO = 18;
    static final int ALIAS = 20;
    static final int GROUP = 27;
    static final int NET_NS_FD = 28;

    static final int INFO_KIND = 1;
    static final int INFO_DATA = 2;
    static final int INFO_SLAVE_KIND = 4;
    static final int INFO_SLAVE_DATA = 5;

    static final int VETH_PEER = 1;
    static final int MACVLAN_MODE = 1;
    static final int IPVLAN_MODE = 1;
    static final int IPVLAN_FLAGS = 2;
    /** Hairpin mode. */
    static final int BRPORT_MODE = 4;

    static final int BRPORT_ISOLATED = 33;

    static final int UP = 0x1;
    static final int RUNNING = 0x40;

    private If() {}
}
