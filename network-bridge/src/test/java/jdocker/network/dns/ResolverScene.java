package jdocker.network.dns;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdocker.kernel.Kernel;
import jdocker.network.dns.NameTable.Member;
import jdocker.network.dns.NameTable.Membership;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A resolver for the tests: its clients in network namespaces, name servers of the tests' own on the loopback. */
abstract class ResolverScene {
    final Kernel kernel = Kernel.load();
    final NameIndex names = new NameIndex();
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    Path directory;

    Path resolvConf;
    int port;

    @BeforeEach
    void chooseAPort() throws IOException {
        resolvConf = directory.resolve("resolv.conf");
        try (DatagramSocket free = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.9.1"), 0))) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    final <T extends AutoCloseable> T closing(T one) {
        open.add(one);
        return one;
    }

    final FakeUpstream upstream(String address, FakeUpstream.Behaviour behaviour) throws IOException {
        return closing(new FakeUpstream(address, port, behaviour));
    }

    final DnsServer server(String... servers) throws IOException {
        Files.writeString(resolvConf, servers(servers));
        return closing(DnsServer.start(kernel, names, resolvConf, port));
    }

    static String servers(String... servers) {
        return "nameserver " + String.join("\nnameserver ", servers) + "\n";
    }

    final void join(String sandbox, String network, boolean internal, String address, String... called) {
        names.join(
                new Membership(network + "-id", network, internal, Map.of()),
                new Member(sandbox, called[0], Set.of(called), List.of(InetAddress.ofLiteral(address))));
    }

    final AskingNamespace attached(DnsServer server, String sandbox) {
        return attached(server, sandbox, DnsSettings.HOST);
    }

    final AskingNamespace attached(DnsServer server, String sandbox, DnsSettings settings) {
        AskingNamespace namespace = closing(new AskingNamespace(kernel));
        server.attach(sandbox, namespace.sockets(), settings, namespace::open);
        return namespace;
    }
}
