package jdocker.kernel.netlink;

/** What a new link is; linux/if_link.h. */
public sealed interface LinkKind {
    String label();

    record Bridge() implements LinkKind {
        @Override
        public String label() {
            return "bridge";
        }
    }

    /** Two links, each other's wire; the peer may be born in another namespace, but is down at first. */
    record Veth(LinkChange peer) implements LinkKind {
        @Override
        public String label() {
            return "veth";
        }
    }

    /** {@code mode} is {@code MACVLAN_MODE_*}; the link's {@link LinkChange#parent} is what it lies on. */
    record Macvlan(int mode) implements LinkKind {
        @Override
        public String label() {
            return "macvlan";
        }
    }

    /** {@code mode} and {@code flags} are {@code IPVLAN_MODE_*} and {@code IPVLAN_F_*}. */
    record Ipvlan(int mode, int flags) implements LinkKind {
        @Override
        public String label() {
            return "ipvlan";
        }
    }

    record Dummy() implements LinkKind {
        @Override
        public String label() {
            return "dummy";
        }
    }
}
