package jdocker.network.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a {@code resolv.conf} says, resolv.conf(5).
 *
 * @param nameservers in the order to ask them
 * @param search domains to try behind a name; the last {@code search} or {@code domain} line counts
 * @param options as written, such as {@code ndots:2}
 */
public record ResolvConf(List<InetAddress> nameservers, List<String> search, List<String> options) {
    /** Nobody asked: what a host without the file has. */
    public static final ResolvConf EMPTY = new ResolvConf(List.of(), List.of(), List.of());

    public ResolvConf {
        nameservers = List.copyOf(nameservers);
        search = List.copyOf(search);
        options = List.copyOf(options);
    }

    /** Reads what can be read; lines that make no sense are passed over, as the C library does. */
    public static ResolvConf parse(String text) {
        List<InetAddress> nameservers = new ArrayList<>();
        List<String> search = new ArrayList<>();
        List<String> options = new ArrayList<>();
        text.lines().forEach(line -> {
            if (line.isEmpty() || line.charAt(0) == '#' || line.charAt(0) == ';') {
                return;
            }
            List<String> words = List.of(line.strip().split("[ \t]+"));
            List<String> values = words.subList(1, words.size());
            switch (words.getFirst()) {
                case "nameserver" ->
                    values.stream().limit(1).forEach(word -> address(word).ifPresent(nameservers::add));
                case "search", "domain" -> {
                    search.clear();
                    search.addAll(values);
                }
                case "options" -> options.addAll(values);
                default -> {}
            }
        });
        return new ResolvConf(nameservers, search, options);
    }

    private static Optional<InetAddress> address(String word) {
        try {
            return Optional.of(InetAddress.ofLiteral(word));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a name, or a zone that is no interface of this host
        }
    }

    /**
     * What a container is given: our resolver, and from its own settings or else from the host's file where to search and
     * how. {@code .} as the only search domain means none, as with Docker.
     */
    public ResolvConf forContainer(List<String> ownSearch, List<String> ownOptions) {
        List<String> domains = ownSearch.isEmpty() ? search : ownSearch;
        List<String> kept = new ArrayList<>(ownOptions.isEmpty() ? options : ownOptions);
        if (kept.stream().noneMatch(option -> option.startsWith("ndots:"))) {
            // So that names of containers, which have no dot, are asked for as they are, before any search domain.
            kept.add("ndots:0");
        }
        return new ResolvConf(
                List.of(NamespaceSockets.ADDRESS), domains.equals(List.of(".")) ? List.of() : domains, kept);
    }

    /** The file. */
    public String text() {
        var text = new StringBuilder();
        nameservers.forEach(server ->
                text.append("nameserver ").append(server.getHostAddress()).append('\n'));
        if (!search.isEmpty()) {
            text.append("search ").append(String.join(" ", search)).append('\n');
        }
        if (!options.isEmpty()) {
            text.append("options ").append(String.join(" ", options)).append('\n');
        }
        return text.toString();
    }
}
