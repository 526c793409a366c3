package jdocker.daemon.container;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sockets that wait for somebody, as {@code /proc/PID/net/tcp} and its like list them, proc_pid_net(5). */
final class Listeners {
    private static final String LISTENING = "0A";
    private static final String UNCONNECTED = "07";
    private static final int WORD = 8;

    private Listeners() {}

    /** @param protocol {@code tcp} or {@code udp} */
    record Listener(String protocol, InetAddress address, int port) {
        boolean takes(InetAddress destination) {
            return address.isAnyLocalAddress() || address.equals(destination);
        }

        @Override
        public String toString() {
            String host = address.getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/" + protocol;
        }
    }

    /** Those in the network namespace of a process. */
    static List<Listener> of(Path process) throws IOException {
        List<Listener> found = new ArrayList<>();
        for (String protocol : List.of("tcp", "udp")) {
            for (String family : List.of("", "6")) {
                Path table = process.resolve("net").resolve(protocol + family);
                if (Files.exists(table)) {
                    found.addAll(parse(protocol, Files.readString(table)));
                }
            }
        }
        return found;
    }

    static List<Listener> parse(String protocol, String table) {
        String wanted = protocol.equals("tcp") ? LISTENING : UNCONNECTED;
        List<Listener> found = new ArrayList<>();
        table.lines().skip(1).forEach(line -> {
            String[] fields = line.strip().split(" +");
            if (fields.length > 3 && fields[3].equals(wanted)) {
                listener(protocol, fields[1]).ifPresent(found::add);
            }
        });
        return found;
    }

    private static Optional<Listener> listener(String protocol, String local) {
        int colon = local.indexOf(':');
        if (colon != WORD && colon != 4 * WORD) {
            return Optional.empty();
        }
        try {
            byte[] address = new byte[colon / 2];
            for (int i = 0; i < address.length; i++) {
                // Each word is a number as the machine has it: its bytes are the wrong way round.
                int from = i / 4 * WORD + (3 - i % 4) * 2;
                address[i] = (byte) Integer.parseInt(local.substring(from, from + 2), 16);
            }
            int port = Integer.parseInt(local.substring(colon + 1), 16);
            return Optional.of(new Listener(protocol, InetAddress.getByAddress(address), port));
        } catch (NumberFormatException | UnknownHostException e) {
            return Optional.empty();
        }
    }
}
