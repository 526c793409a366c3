package jdocker.network.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;

/** A name server of the tests' own, by UDP and TCP. It answers as told: with several messages, one, or none. */
final class FakeUpstream implements AutoCloseable {
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<Message> asked = new CopyOnWriteArrayList<>();

    /** What to send back, as bytes. */
    interface Behaviour {
        List<byte[]> answer(Message query, boolean overTcp) throws InterruptedException;
    }

    FakeUpstream(String address, int port, Behaviour behaviour) throws IOException {
        var place = new InetSocketAddress(InetAddress.ofLiteral(address), port);
        udp = new DatagramSocket(place);
        tcp = new ServerSocket();
        tcp.setReuseAddress(true);
        tcp.bind(new InetSocketAddress(InetAddress.ofLiteral(address), udp.getLocalPort()));
        Thread.ofPlatform().daemon().start(() -> datagrams(behaviour));
        Thread.ofPlatform().daemon().start(() -> connections(behaviour));
    }

    int port() {
        return udp.getLocalPort();
    }

    List<Message> asked() {
        return asked;
    }

    long askedFor(String name) {
        return asked.stream()
                .filter(query -> query.getQuestion().getName().toString(true).equalsIgnoreCase(name))
                .count();
    }

    private void datagrams(Behaviour behaviour) {
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
                udp.receive(packet);
                Message query = new Message(java.util.Arrays.copyOf(packet.getData(), packet.getLength()));
                asked.add(query);
                Thread.startVirtualThread(() -> {
                    try {
                        for (byte[] answer : behaviour.answer(query, false)) {
                            udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                        }
                    } catch (IOException | InterruptedException e) {
                        // the test has ended
                    }
                });
            } catch (IOException e) {
                // closed, or an ICMP error from somebody who has gone
            }
        }
    }

    private void connections(Behaviour behaviour) {
        while (!tcp.isClosed()) {
            try {
                Socket connection = tcp.accept();
                Thread.startVirtualThread(() -> serve(connection, behaviour));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection, Behaviour behaviour) {
        try (connection) {
            var in = new DataInputStream(connection.getInputStream());
            var out = new DataOutputStream(connection.getOutputStream());
            while (true) {
                Message query = new Message(in.readNBytes(in.readUnsignedShort()));
                asked.add(query);
                for (byte[] answer : behaviour.answer(query, true)) {
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            }
        } catch (IOException | InterruptedException e) {
            // the other side has gone
        }
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Message reply(Message query, int rcode) {
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.getHeader().setRcode(rcode);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        return answer;
    }

    /** One address for whatever is asked. */
    static byte[] address(Message query, String address, long ttl) {
        Message answer = reply(query, Rcode.NOERROR);
        answer.addRecord(
                new ARecord(query.getQuestion().getName(), DClass.IN, ttl, InetAddress.ofLiteral(address)),
                Section.ANSWER);
        return answer.toWire();
    }

    /** That there is no such name. */
    static byte[] denial(Message query) {
        try {
            Message answer = reply(query, Rcode.NXDOMAIN);
            Name zone = Name.fromString("test.");
            answer.addRecord(new SOARecord(zone, DClass.IN, 60, zone, zone, 1, 1, 1, 1, 30), Section.AUTHORITY);
            return answer.toWire();
        } catch (TextParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Behaviour always(Function<Message, byte[]> answer) {
        return (query, _) -> List.of(answer.apply(query));
    }
}
