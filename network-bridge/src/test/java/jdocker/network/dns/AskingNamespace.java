package jdocker.network.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.NamespaceKind;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A network namespace with the resolver's sockets, and clients in it: a socket belongs to where it was opened. */
final class AskingNamespace implements AutoCloseable {
    private static final InetSocketAddress RESOLVER = new InetSocketAddress(NamespaceSockets.ADDRESS, 53);
    private static final int WAIT_MILLIS = 5000;
    private final Kernel kernel;
    private final Fd namespace;
    private final DnsSockets sockets;

    interface Opening<T> {
        T open() throws IOException;
    }

    AskingNamespace(Kernel kernel) {
        this.kernel = kernel;
        namespace = kernel.namespaces().newNetworkNamespace();
        sockets = inside(() -> DnsSockets.openHere(kernel));
    }

    /** A copy, as the shim has one; the original stays here. */
    DnsSockets sockets() {
        return sockets.duplicate();
    }

    Fd open() {
        return namespace.duplicate();
    }

    <T> T inside(Opening<T> work) {
        return kernel.namespaces().onThrowAwayThread(() -> {
            kernel.namespaces().enter(namespace, NamespaceKind.NETWORK);
            try {
                return work.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Asks by UDP as the C library does: again after a while, twice at most. */
    Message ask(String name, int type) throws IOException {
        try (DatagramSocket socket = datagramSocket()) {
            return exchange(socket, question(name, type));
        }
    }

    DatagramSocket datagramSocket() {
        return inside(() -> {
            var socket = new DatagramSocket();
            socket.connect(RESOLVER);
            socket.setSoTimeout(WAIT_MILLIS);
            return socket;
        });
    }

    static Message exchange(DatagramSocket socket, Message question) throws IOException {
        byte[] bytes = question.toWire();
        for (int attempt = 0; ; attempt++) {
            socket.send(new DatagramPacket(bytes, bytes.length));
            try {
                return receive(socket);
            } catch (SocketTimeoutException e) {
                if (attempt > 0) {
                    throw e;
                }
            }
        }
    }

    static Message receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
        socket.receive(packet);
        return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    Socket connection() {
        return inside(() -> {
            var socket = new Socket();
            socket.setSoTimeout(WAIT_MILLIS);
            socket.connect(RESOLVER, WAIT_MILLIS);
            return socket;
        });
    }

    Message askByTcp(String name, int type) throws IOException {
        try (Socket socket = connection()) {
            byte[] bytes = question(name, type).toWire();
            var out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(bytes.length);
            out.write(bytes);
            var in = new DataInputStream(socket.getInputStream());
            return new Message(in.readNBytes(in.readUnsignedShort()));
        }
    }

    static Message question(String name, int type) throws IOException {
        return Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN));
    }

    /** The answer section, as text of the data alone. */
    static java.util.List<String> data(Message answer) {
        return answer.getSection(Section.ANSWER).stream()
                .map(Record::rdataToString)
                .toList();
    }

    @Override
    public void close() {
        sockets.close();
        namespace.close();
    }
}
