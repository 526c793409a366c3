package jdocker.daemon.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import jdocker.network.address.AddressBlock;
import jdocker.network.address.IpAddress;
import jdocker.network.address.Occupied;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the host's routes and name servers occupy: {@code /proc/net/route}, {@code ipv6_route} and resolv.conf. */
final class HostSubnets {
    private static final Logger LOG = LoggerFactory.getLogger(HostSubnets.class);
    private static final int V6_FIELDS = 10;
    private static final int V4_FIELDS = 8;

    private final Path root;

    HostSubnets(Path root) {
        this.root = root;
    }

    /** Read anew each time: routes come and go. Default routes occupy nothing. */
    List<Occupied> read() {
        var all = new ArrayList<Occupied>();
        for (String line : lines("proc/net/route")) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length >= V4_FIELDS && !fields[0].equals("Iface")) {
                int prefix = Integer.bitCount(Integer.parseUnsignedInt(fields[7], 16));
                add(
                        all,
                        new AddressBlock(IpAddress.of(reversed(fields[1])), prefix),
                        "route of the host by " + fields[0]);
            }
        }
        for (String line : lines("proc/net/ipv6_route")) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length == V6_FIELDS && !fields[9].equals("lo")) {
                int prefix = Integer.parseInt(fields[1], 16);
                IpAddress base = IpAddress.of(HexFormat.of().parseHex(fields[0]));
                if (base.v6() && !base.isMulticastOrLinkLocal()) {
                    add(all, new AddressBlock(base, prefix), "route of the host by " + fields[9]);
                }
            }
        }
        for (String line : lines("etc/resolv.conf")) {
            String[] words = line.strip().split("\\s+");
            if (words.length > 1 && words[0].equals("nameserver")) {
                IpAddress.parse(words[1])
                        .filter(server -> !server.isLoopback())
                        .ifPresent(
                                server -> add(all, new AddressBlock(server, server.bits()), "name server of the host"));
            }
        }
        return all;
    }

    private static void add(List<Occupied> all, AddressBlock block, String by) {
        if (block.prefix() > 0) {
            all.add(new Occupied(block, by));
        }
    }

    // In the byte order of the machine, which is the little end first on all we run on.
    private static byte[] reversed(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return new byte[] {bytes[3], bytes[2], bytes[1], bytes[0]};
    }

    private List<String> lines(String file) {
        Path path = root.resolve(file);
        try {
            return Files.isReadable(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException e) {
            LOG.warn("cannot read {}: new networks may overlap with what it says", path, e);
            return List.of();
        }
    }
}
