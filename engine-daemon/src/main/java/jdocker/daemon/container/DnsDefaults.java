package jdocker.daemon.container;

import java.util.List;

/** What containers get that name no servers, search domains and options of their own. */
public record DnsDefaults(List<String> servers, List<String> search, List<String> options) {
    public static final DnsDefaults NONE = new DnsDefaults(List.of(), List.of(), List.of());

    public DnsDefaults {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
        options = List.copyOf(options);
    }
}
