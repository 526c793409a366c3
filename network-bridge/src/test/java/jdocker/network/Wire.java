package jdocker.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Real packets: a server answers with the address from which it was asked. */
final class Wire {
    /** Long enough for a busy machine to answer in. */
    private static final int ANSWER_MILLIS = 10_000;
    /** What is dropped stays dropped: no use in waiting long. */
    private static final int SILENCE_MILLIS = 500;

    private static final int TRIES = 10;

    private Wire() {}

    static ServerSocket tcpServer(int port) {
        try {
            var server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("::"), port));
            Thread.ofPlatform().daemon().start(() -> serve(server));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                byte[] asked = client.getInputStream().readNBytes(4);
                String from = Addresses.text(client.getInetAddress());
                client.getOutputStream()
                        .write((new String(asked, StandardCharsets.US_ASCII) + from)
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // the next one
            }
        }
    }

    static DatagramSocket udpServer(int port) {
        try {
            var server = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("::"), port));
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (true) {
                        var packet = new DatagramPacket(new byte[2000], 2000);
                        server.receive(packet);
                        byte[] answer =
                                ("ping" + Addresses.text(packet.getAddress())).getBytes(StandardCharsets.US_ASCII);
                        server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                    }
                } catch (IOException e) {
                    // closed
                }
            });
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whom the server saw; empty when nothing answers. */
    static Optional<String> tcp(String address, int port) {
        return tcp(address, port, ANSWER_MILLIS);
    }

    /** The same where an answer would be wrong. */
    static Optional<String> noTcp(String address, int port) {
        return tcp(address, port, SILENCE_MILLIS);
    }

    private static Optional<String> tcp(String address, int port, int millis) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.startsWith("ping") ? Optional.of(answer.substring(4)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static DatagramSocket datagramSocket() {
        try {
            return new DatagramSocket();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Optional<String> udp(String address, int port) {
        try (var socket = datagramSocket()) {
            return udp(socket, address, port);
        }
    }

    static Optional<String> udp(DatagramSocket socket, String address, int port) {
        for (int i = 0; i < TRIES; i++) {
            Optional<String> answer = ask(socket, address, port, ANSWER_MILLIS / TRIES);
            if (answer.isPresent()) {
                return answer;
            }
        }
        return Optional.empty();
    }

    static Optional<String> noUdp(String address, int port) {
        try (var socket = datagramSocket()) {
            return noUdp(socket, address, port);
        }
    }

    static Optional<String> noUdp(DatagramSocket socket, String address, int port) {
        return ask(socket, address, port, SILENCE_MILLIS);
    }

    private static Optional<String> ask(DatagramSocket socket, String address, int port, int millis) {
        try {
            socket.setSoTimeout(millis);
            byte[] ask = "ping".getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(ask, 4, new InetSocketAddress(InetAddress.ofLiteral(address), port)));
            var packet = new DatagramPacket(new byte[2000], 2000);
            socket.receive(packet);
            return Optional.of(new String(packet.getData(), 4, packet.getLength() - 4, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
