package jdocker.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;

/** Where the daemon listens, as {@code -H} and {@code DOCKER_HOST} say it. */
record DaemonAddress(String text, Scheme scheme, String target, int port) {
    static final String DEFAULT = "unix:///run/jdocker.sock";
    private static final int HTTP_PORT = 2375;

    enum Scheme {
        UNIX,
        TCP
    }

    static DaemonAddress parse(String given) {
        String text = given.strip();
        if (text.isEmpty()) {
            return parse(DEFAULT);
        }
        int split = text.indexOf("://");
        String scheme = split < 0 ? "tcp" : text.substring(0, split);
        String rest = split < 0 ? text : text.substring(split + 3);
        return switch (scheme) {
            case "unix" ->
                new DaemonAddress(
                        "unix://" + (rest.isEmpty() ? "/run/jdocker.sock" : rest),
                        Scheme.UNIX,
                        rest.isEmpty() ? "/run/jdocker.sock" : rest,
                        0);
            case "tcp", "http" -> tcp(rest);
            default ->
                throw new CliError("unable to parse docker host `" + given + "`: '" + scheme
                        + "://' is not supported; use unix:// or tcp://");
        };
    }

    private static DaemonAddress tcp(String rest) {
        String authority = rest.contains("/") ? rest.substring(0, rest.indexOf('/')) : rest;
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon >= 0 && !authority.endsWith("]");
        String host = hasPort ? authority.substring(0, colon) : authority;
        int port = HTTP_PORT;
        if (hasPort) {
            try {
                port = Integer.parseInt(authority.substring(colon + 1));
            } catch (NumberFormatException _) {
                throw new CliError("invalid bind address format: tcp://" + rest);
            }
        }
        String name = host.isEmpty() ? "localhost" : host;
        return new DaemonAddress(
                "tcp://" + name + ":" + port, Scheme.TCP, name.replace("[", "").replace("]", ""), port);
    }

    SocketChannel connect() {
        try {
            return switch (scheme) {
                case UNIX -> {
                    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                    yield connect(channel, UnixDomainSocketAddress.of(target));
                }
                case TCP -> connect(SocketChannel.open(), new InetSocketAddress(target, port));
            };
        } catch (IOException | UnresolvedAddressException e) {
            throw new ConnectError(explain(e));
        }
    }

    private static SocketChannel connect(SocketChannel channel, SocketAddress address) throws IOException {
        try {
            channel.connect(address);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private String explain(Exception failure) {
        String reason = String.valueOf(failure.getMessage());
        if (reason.toLowerCase(Locale.ROOT).contains("permission denied")) {
            return "permission denied while trying to connect to the Docker daemon socket at " + text
                    + "\nRun it with sudo, or add yourself to the socket's group: sudo usermod -aG docker \"$USER\" (then log in again)";
        }
        String advice = scheme == Scheme.UNIX
                ? "Start it with 'systemctl start jdocker' or, as root, 'jdockerd'; -H or DOCKER_HOST name another one."
                : "Is the address right? -H or DOCKER_HOST name another one. (" + reason + ")";
        return "Cannot connect to the Docker daemon at " + text + ". Is the docker daemon running?\n" + advice;
    }
}
