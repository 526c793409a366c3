package jdocker.network.dns;

import static jdocker.network.dns.AskingNamespace.data;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdocker.kernel.KernelTest;
import jdocker.network.dns.NameTable.Member;
import jdocker.network.dns.NameTable.Membership;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What the resolver says about containers, and to whom, with real packets. */
@KernelTest
class DnsServerTest extends ResolverScene {
    @Test
    void containersAreFoundByAllTheirNamesInLettersOfAnyCase() throws IOException {
        FakeUpstream outside = upstream("127.0.9.1", FakeUpstream.always(FakeUpstream::denial));
        join("s1", "net", false, "172.18.0.2", "web", "0123456789ab", "www.alias");
        join("s2", "net", false, "172.18.0.3", "asker");
        AskingNamespace client = attached(server("127.0.9.1"), "s2");

        for (String name : List.of("web", "WEB", "0123456789ab", "www.alias", "web.net", "Web.NET", "www.alias.net")) {
            Message answer = client.ask(name, Type.A);
            assertThat(data(answer)).as(name).containsExactly("172.18.0.2");
            assertThat(answer.getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(600);
        }
        Message none = client.ask("web", Type.AAAA);
        assertThat(none.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(data(none)).isEmpty();
        assertThat(client.ask("web", Type.MX).getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(data(client.ask("2.0.18.172.in-addr.arpa", Type.PTR))).containsExactly("web.net.");
        assertThat(data(client.askByTcp("web", Type.A))).containsExactly("172.18.0.2");
        assertThat(outside.asked()).isEmpty();
        assertThat(client.ask("web.other", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void bothFamiliesAndTheirPointersAreAnswered() throws IOException {
        names.join(
                new Membership("n", "six", false, Map.of()),
                new Member(
                        "s1",
                        "web",
                        Set.of(),
                        List.of(InetAddress.ofLiteral("172.18.0.2"), InetAddress.ofLiteral("fd00::2"))));
        AskingNamespace client = attached(server("127.0.9.1"), "s1");
        assertThat(data(client.ask("web", Type.A))).containsExactly("172.18.0.2");
        assertThat(data(client.ask("web", Type.AAAA))).containsExactly("fd00:0:0:0:0:0:0:2");
        String reverse = org.xbill.DNS.ReverseMap.fromAddress(InetAddress.ofLiteral("fd00::2"))
                .toString();
        assertThat(data(client.ask(reverse, Type.PTR))).containsExactly("web.six.");
    }

    @Test
    void whoSharesNoNetworkIsNotFound() throws IOException {
        upstream("127.0.9.1", FakeUpstream.always(FakeUpstream::denial));
        join("s1", "one", false, "172.18.0.2", "web");
        join("s2", "two", false, "172.19.0.2", "asker");
        AskingNamespace client = attached(server("127.0.9.1"), "s2");
        assertThat(client.ask("web", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(client.ask("web.one", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);

        join("s2", "one", false, "172.18.0.9", "asker"); // connected while it runs
        assertThat(data(client.ask("web", Type.A))).containsExactly("172.18.0.2");
        names.leave("s2", "one-id");
        assertThat(client.ask("web.one", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void linksAreTheAskersOwn() throws IOException {
        upstream("127.0.9.1", FakeUpstream.always(FakeUpstream::denial));
        join("s1", "net", false, "172.18.0.2", "web");
        names.join(
                new Membership("net-id", "net", false, Map.of("DB", "Web")),
                new Member("s2", "asker", Set.of(), List.of(InetAddress.ofLiteral("172.18.0.3"))));
        DnsServer server = server("127.0.9.1");
        assertThat(data(attached(server, "s2").ask("db", Type.A))).containsExactly("172.18.0.2");
        assertThat(attached(server, "s1").ask("db", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void anAliasOfSeveralLeadsToEachInTurn() throws IOException {
        for (int i = 2; i < 6; i++) {
            join("s" + i, "net", false, "172.18.0." + i, "web" + i, "web");
        }
        AskingNamespace client = attached(server("127.0.9.1"), "s2");
        Set<String> first = new HashSet<>();
        for (int i = 0; i < 200 && first.size() < 4; i++) {
            List<String> addresses = data(client.ask("web", Type.A));
            assertThat(addresses).hasSize(4).doesNotHaveDuplicates();
            first.add(addresses.getFirst());
        }
        assertThat(first).hasSize(4);
    }

    @Test
    void moreThanADatagramHoldsGoesByTcpOrAsTheClientAllows() throws IOException {
        for (int i = 2; i < 102; i++) {
            join("s" + i, "net", false, "172.18.0." + i, "web" + i, "web");
        }
        AskingNamespace client = attached(server("127.0.9.1"), "s2");
        Message cut = client.ask("web", Type.A);
        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(cut.numBytes()).isLessThanOrEqualTo(512);
        assertThat(data(client.askByTcp("web", Type.A))).hasSize(100);

        Message large = AskingNamespace.question("web", Type.A);
        large.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
        try (DatagramSocket socket = client.datagramSocket()) {
            Message whole = AskingNamespace.exchange(socket, large);
            assertThat(data(whole)).hasSize(100);
            assertThat(whole.getOPT()).isNotNull();
        }
    }

    @Test
    void aQuestionAskedWhileNoDaemonRunsIsAnsweredByTheNext() throws IOException {
        join("s1", "net", false, "172.18.0.2", "web");
        Files.writeString(resolvConf, servers("127.0.9.1"));
        AskingNamespace client = closing(new AskingNamespace(kernel));
        try (DnsServer first = DnsServer.start(kernel, names, resolvConf, port)) {
            first.attach("s1", client.sockets(), DnsSettings.HOST, client::open);
            assertThat(data(client.ask("web", Type.A))).containsExactly("172.18.0.2");
        }
        try (DatagramSocket socket = client.datagramSocket();
                java.net.Socket connection = client.connection()) {
            byte[] question = AskingNamespace.question("web", Type.A).toWire();
            socket.send(new DatagramPacket(question, question.length));
            DnsServer next = server("127.0.9.1");
            next.attach("s1", client.sockets(), DnsSettings.HOST, client::open);
            assertThat(data(AskingNamespace.receive(socket))).containsExactly("172.18.0.2");
            assertThat(connection.isConnected()).isTrue();
            assertThat(data(client.askByTcp("web", Type.A))).containsExactly("172.18.0.2");
        }
    }

    @Test
    void aDetachedSandboxIsAnsweredNoMore() throws IOException {
        join("s1", "net", false, "172.18.0.2", "web");
        DnsServer server = server("127.0.9.1");
        AskingNamespace client = attached(server, "s1");
        assertThat(data(client.ask("web", Type.A))).hasSize(1);
        server.detach("s1");
        server.statistics(); // behind the detaching
        try (DatagramSocket socket = client.datagramSocket()) {
            socket.setSoTimeout(300);
            byte[] question = AskingNamespace.question("web", Type.A).toWire();
            socket.send(new DatagramPacket(question, question.length));
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> AskingNamespace.receive(socket))
                    .isInstanceOf(IOException.class);
        }
    }
}
