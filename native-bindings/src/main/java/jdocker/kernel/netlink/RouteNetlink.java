package jdocker.kernel.netlink;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import jdocker.kernel.Errno;
import jdocker.kernel.Kernel;

/**
 * Links, addresses, routes and neighbours of one network namespace, rtnetlink(7): the one in which the calling thread was
 * when it opened this. Thread safe; a call is done when it returns. Failures are {@link NetlinkException}s.
 */
public final class RouteNetlink implements AutoCloseable {
    private static final int NETLINK_ROUTE = 0;

    private static final int NEW_LINK = 16;
    private static final int DELETE_LINK = 17;
    private static final int GET_LINK = 18;
    private static final int NEW_ADDRESS = 20;
    private static final int DELETE_ADDRESS = 21;
    private static final int GET_ADDRESS = 22;
    private static final int NEW_ROUTE = 24;
    private static final int DELETE_ROUTE = 25;
    private static final int GET_ROUTE = 26;
    private static final int NEW_NEIGHBOUR = 28;
    private static final int DELETE_NEIGHBOUR = 29;
    private static final int GET_NEIGHBOUR = 30;

    private final Connection connection;

    public RouteNetlink(Kernel kernel) {
        connection = new Connection(kernel.netlink(NETLINK_ROUTE));
    }

    /** Makes a link; EEXIST when the name is taken. */
    public void create(LinkKind kind, LinkChange properties) {
        var request = new Message(
                "make a " + kind.label() + " link", NEW_LINK, acknowledged(Message.CREATE | Message.EXCLUSIVE));
        connection.execute(properties.write(request, kind));
    }

    /** Changes a link in one go, as far as the kernel does: what was changed before an error stays. */
    public void change(int index, LinkChange change) {
        var request = new Message("change link " + index, NEW_LINK, acknowledged(0));
        connection.execute(change.write(request, index));
    }

    /** False when there is none with this number. */
    public boolean delete(int index) {
        var request = new Message("delete link " + index, DELETE_LINK, acknowledged(0));
        return present(() -> connection.execute(new LinkChange().write(request, index)), Errno.ENODEV);
    }

    public Optional<Link> link(String name) {
        var request = new Message("get link " + name, GET_LINK, Message.ACK);
        return getLink(new LinkChange().name(name).write(request, 0));
    }

    public Optional<Link> link(int index) {
        var request = new Message("get link " + index, GET_LINK, Message.ACK);
        return getLink(new LinkChange().write(request, index));
    }

    private Optional<Link> getLink(Message request) {
        try {
            return Optional.of(connection.get(request, Link::read));
        } catch (NetlinkException e) {
            if (e.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public List<Link> links() {
        return connection.dump(
                () -> new LinkChange().write(new Message("list links", GET_LINK, Message.DUMP), 0), Link::read);
    }

    /** Adds an address, IPv6 without the second of duplicate address detection; EEXIST when the link has it. */
    public void add(LinkAddress address) {
        int flags = acknowledged(Message.CREATE | Message.EXCLUSIVE);
        connection.execute(address.write(new Message("add " + words(address), NEW_ADDRESS, flags)));
    }

    /** False when the link hasn't got it. */
    public boolean delete(LinkAddress address) {
        var request = new Message("delete " + words(address), DELETE_ADDRESS, acknowledged(0));
        return present(() -> connection.execute(address.write(request)), Errno.EADDRNOTAVAIL);
    }

    /** All addresses of the namespace. */
    public List<LinkAddress> addresses() {
        return connection.dump(
                () -> new Message("list addresses", GET_ADDRESS, Message.DUMP)
                        .u32(0)
                        .u32(0),
                LinkAddress::read);
    }

    /** Adds a route, or puts it in the place of the one to the same destination. */
    public void replace(Route route) {
        int flags = acknowledged(Message.CREATE | Message.REPLACE);
        connection.execute(route.write(new Message("set " + words(route), NEW_ROUTE, flags)));
    }

    /** Adds a route; EEXIST when there is one to the same destination. */
    public void add(Route route) {
        int flags = acknowledged(Message.CREATE | Message.EXCLUSIVE);
        connection.execute(route.write(new Message("add " + words(route), NEW_ROUTE, flags)));
    }

    /** False when there is no such route. */
    public boolean delete(Route route) {
        var request = new Message("delete " + words(route), DELETE_ROUTE, acknowledged(0));
        return present(() -> connection.execute(route.write(request)), Errno.ESRCH);
    }

    /** The unicast routes of all tables. */
    public List<Route> routes() {
        List<Optional<Route>> all = connection.dump(
                () -> new Message("list routes", GET_ROUTE, Message.DUMP)
                        .u32(0)
                        .u32(0)
                        .u32(0),
                Route::read);
        return all.stream().flatMap(Optional::stream).toList();
    }

    /** Sets a neighbour for good. */
    public void replace(Neighbour neighbour) {
        int flags = acknowledged(Message.CREATE | Message.REPLACE);
        connection.execute(neighbour.write(new Message("set " + words(neighbour), NEW_NEIGHBOUR, flags)));
    }

    /** False when it isn't known. */
    public boolean delete(Neighbour neighbour) {
        var request = new Message("delete " + words(neighbour), DELETE_NEIGHBOUR, acknowledged(0));
        return present(() -> connection.execute(neighbour.write(request)), Errno.ENOENT);
    }

    public List<Neighbour> neighbours() {
        Supplier<Message> request = () -> new Message("list neighbours", GET_NEIGHBOUR, Message.DUMP)
                .u32(0)
                .u32(0)
                .u32(0);
        return connection.dump(request, Neighbour::read).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static int acknowledged(int flags) {
        return flags | Message.ACK;
    }

    private static boolean present(Runnable request, Errno absent) {
        try {
            request.run();
            return true;
        } catch (NetlinkException e) {
            if (e.is(absent)) {
                return false;
            }
            throw e;
        }
    }

    private static String words(LinkAddress address) {
        return "address " + text(address.address()) + "/" + address.prefix() + " of link " + address.index();
    }

    private static String words(Route route) {
        return "route to " + text(route.destination()) + "/" + route.prefix()
                + route.gateway().map(gateway -> " by " + text(gateway)).orElse("") + " on link " + route.index();
    }

    private static String words(Neighbour neighbour) {
        return "neighbour " + text(neighbour.address()) + " on link " + neighbour.index();
    }

    private static String text(InetAddress address) {
        return address.getHostAddress();
    }

    @Override
    public void close() {
        connection.close();
    }
}
