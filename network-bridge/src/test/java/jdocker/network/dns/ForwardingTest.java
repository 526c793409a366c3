package jdocker.network.dns;

import static jdocker.network.dns.AskingNamespace.data;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import jdocker.kernel.KernelTest;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** What the resolver asks outside, with real packets and name servers that lose, lie and keep silent. */
@KernelTest
class ForwardingTest extends ResolverScene {
    @Test
    void otherNamesAreAskedOutsideOnceAndRememberedForTheirTime() throws IOException {
        FakeUpstream outside =
                upstream("127.0.9.1", FakeUpstream.always(query -> FakeUpstream.address(query, "192.0.2.7", 300)));
        join("s1", "net", false, "172.18.0.2", "web");
        DnsServer server = server("127.0.9.1");
        AskingNamespace client = attached(server, "s1");
        assertThat(data(client.ask("example.test", Type.A))).containsExactly("192.0.2.7");
        Message again = client.ask("EXAMPLE.test", Type.A);
        assertThat(data(again)).containsExactly("192.0.2.7");
        assertThat(again.getQuestion().getName()).hasToString("EXAMPLE.test.");
        assertThat(again.getSection(Section.ANSWER).getFirst().getTTL()).isBetween(1L, 300L);
        assertThat(outside.asked()).hasSize(1);
        assertThat(server.statistics().cached()).isEqualTo(1);
        assertThat(data(client.askByTcp("example.test", Type.A))).containsExactly("192.0.2.7");
    }

    @Test
    void aLargeAnswerFromOutsideComesByTcp() throws IOException {
        upstream("127.0.9.1", (query, tcp) -> {
            Message answer = FakeUpstream.reply(query, Rcode.NOERROR);
            if (!tcp) {
                answer.getHeader().setFlag(Flags.TC);
                return List.of(answer.toWire());
            }
            for (int i = 0; i < 200; i++) {
                answer.addRecord(
                        new TXTRecord(query.getQuestion().getName(), 1, 60, "text " + i + "x".repeat(200)),
                        Section.ANSWER);
            }
            return List.of(answer.toWire());
        });
        join("s1", "net", false, "172.18.0.2", "web");
        AskingNamespace client = attached(server("127.0.9.1"), "s1");
        assertThat(client.ask("big.test", Type.TXT).getHeader().getFlag(Flags.TC))
                .isTrue();
        assertThat(data(client.askByTcp("big.test", Type.TXT))).hasSize(200);
    }

    @Test
    void twoHundredQuestionsAtOnceAreAnsweredThoughAThirdOfThePacketsIsLost() throws Exception {
        upstream("127.0.9.1", (query, _) -> {
            boolean lost = ThreadLocalRandom.current().nextInt(100) < 33;
            return lost ? List.of() : List.of(FakeUpstream.address(query, "192.0.2.7", 300));
        });
        upstream("127.0.9.2", (query, _) -> {
            boolean lost = ThreadLocalRandom.current().nextInt(100) < 33;
            return lost ? List.of() : List.of(FakeUpstream.address(query, "192.0.2.7", 300));
        });
        join("s1", "net", false, "172.18.0.2", "web");
        AskingNamespace client = attached(server("127.0.9.1", "127.0.9.2"), "s1");
        List<Callable<List<String>>> questions = new ArrayList<>();
        List<DatagramSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            DatagramSocket socket = closing(client.datagramSocket());
            sockets.add(socket);
            Message question = AskingNamespace.question("host" + i + ".test", Type.A);
            questions.add(() -> data(AskingNamespace.exchange(socket, question)));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<String>> answer : threads.invokeAll(questions)) {
                assertThat(answer.get()).containsExactly("192.0.2.7");
            }
        }
        assertThat(sockets).hasSize(200);
    }

    @Test
    void aServerThatIsSilentHoldsUpNobodyForLong() throws IOException {
        FakeUpstream silent = upstream("127.0.9.1", (_, _) -> List.of());
        upstream("127.0.9.2", FakeUpstream.always(query -> FakeUpstream.address(query, "192.0.2.8", 0)));
        join("s1", "net", false, "172.18.0.2", "web");
        AskingNamespace client = attached(server("127.0.9.1", "127.0.9.2", "127.0.9.3"), "s1");
        assertThat(data(client.ask("a.test", Type.A))).containsExactly("192.0.2.8");
        int asked = silent.asked().size();
        for (int i = 0; i < 5; i++) {
            assertThat(data(client.ask("b" + i + ".test", Type.A))).containsExactly("192.0.2.8");
        }
        assertThat(silent.asked()).as("it is asked last for a while").hasSize(asked);
    }

    @Test
    void whereNobodyListensTheNextIsAskedAtOnceAndInTheEndTheClientIsTold() throws IOException {
        join("s1", "net", false, "172.18.0.2", "web");
        AskingNamespace client = attached(server("127.0.9.5", "127.0.9.6"), "s1");
        assertThat(client.ask("a.test", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        upstream("127.0.9.6", FakeUpstream.always(query -> FakeUpstream.address(query, "192.0.2.8", 0)));
        assertThat(data(client.ask("a.test", Type.A))).containsExactly("192.0.2.8");
    }

    @Test
    void aQuickDenialDoesNotBeatASlowAnswerOfTheServerBefore() throws IOException {
        upstream("127.0.9.1", (query, _) -> {
            Thread.sleep(800); // behind a VPN
            return List.of(
                    query.getQuestion().getName().toString().startsWith("intranet")
                            ? FakeUpstream.address(query, "10.0.0.1", 0)
                            : FakeUpstream.denial(query));
        });
        upstream("127.0.9.2", FakeUpstream.always(FakeUpstream::denial));
        join("s1", "net", false, "172.18.0.2", "web");
        AskingNamespace client = attached(server("127.0.9.1", "127.0.9.2"), "s1");
        assertThat(data(client.ask("intranet.test", Type.A))).containsExactly("10.0.0.1");
    }

    @Test
    void aServerThatWasSlowOnceKeepsItsWordAboutTheNamesThatItAloneKnows() throws IOException {
        upstream("127.0.9.1", (query, _) -> {
            String name = query.getQuestion().getName().toString();
            if (name.startsWith("slow")) {
                return List.of();
            }
            Thread.sleep(100);
            return List.of(
                    name.startsWith("intranet")
                            ? FakeUpstream.address(query, "10.0.0.1", 0)
                            : FakeUpstream.denial(query));
        });
        upstream(
                "127.0.9.2",
                FakeUpstream.always(
                        query -> query.getQuestion().getName().toString().startsWith("slow")
                                ? FakeUpstream.address(query, "192.0.2.8", 0)
                                : FakeUpstream.denial(query)));
        join("s1", "net", false, "172.18.0.2", "web");
        AskingNamespace client = attached(server("127.0.9.1", "127.0.9.2"), "s1");
        assertThat(data(client.ask("slow.test", Type.A))).containsExactly("192.0.2.8");
        assertThat(data(client.ask("intranet.test", Type.A))).containsExactly("10.0.0.1");
        assertThat(client.ask("nowhere.test", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void aDenialCountsAtLastWhenTheServerBeforeStaysSilent() throws IOException {
        upstream("127.0.9.1", (_, _) -> List.of());
        upstream(
                "127.0.9.2",
                FakeUpstream.always(
                        query -> query.getQuestion().getName().toString().startsWith("known")
                                ? FakeUpstream.address(query, "192.0.2.8", 0)
                                : FakeUpstream.denial(query)));
        join("s1", "net", false, "172.18.0.2", "web");
        AskingNamespace client = attached(server("127.0.9.1", "127.0.9.2"), "s1");
        assertThat(data(client.ask("known.test", Type.A))).containsExactly("192.0.2.8");
        assertThat(client.ask("nowhere.test", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void whatIsNoAnswerToTheQuestionIsPassedOver() throws IOException {
        upstream("127.0.9.1", (query, _) -> {
            byte[] good = FakeUpstream.address(query, "192.0.2.7", 0);
            List<byte[]> answers = new ArrayList<>();
            answers.add(Wire.withId(good, Wire.id(good) ^ 1));
            answers.add(Arrays.copyOf(good, 7));
            answers.add(query.toWire());
            byte[] other = good.clone();
            other[Wire.HEADER + 1] ^= 3;
            answers.add(other);
            answers.add(new byte[0]);
            answers.add(good);
            return answers;
        });
        join("s1", "net", false, "172.18.0.2", "web");
        AskingNamespace client = attached(server("127.0.9.1"), "s1");
        assertThat(data(client.ask("a.test", Type.A))).containsExactly("192.0.2.7");
    }

    @Test
    void aFloodOfAnswersDoesNotKeepOthersFromBeingHeard() throws IOException {
        upstream("127.0.9.1", (query, _) -> {
            byte[] junk = Wire.withId(FakeUpstream.address(query, "192.0.2.66", 0), 7);
            List<byte[]> flood = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                flood.add(junk);
            }
            return flood;
        });
        upstream("127.0.9.2", FakeUpstream.always(query -> FakeUpstream.address(query, "192.0.2.7", 0)));
        join("s1", "net", false, "172.18.0.2", "web");
        AskingNamespace client = attached(server("127.0.9.1", "127.0.9.2"), "s1");
        assertThat(data(client.ask("a.test", Type.A))).containsExactly("192.0.2.7");
    }

    @Test
    void behindInternalNetworksNothingIsAskedOutside() throws IOException {
        FakeUpstream outside =
                upstream("127.0.9.1", FakeUpstream.always(query -> FakeUpstream.address(query, "192.0.2.7", 300)));
        join("s1", "inside", true, "172.18.0.2", "web");
        AskingNamespace client = attached(server("127.0.9.1"), "s1");
        assertThat(data(client.ask("web", Type.A))).containsExactly("172.18.0.2");
        assertThat(client.ask("secret.example.test", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(client.askByTcp("secret.example.test", Type.TXT).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(outside.asked()).isEmpty();

        join("s1", "outer", false, "172.19.0.2", "web"); // connected to one that leads outside
        assertThat(data(client.ask("secret.example.test", Type.A))).containsExactly("192.0.2.7");
    }

    @Test
    void aChangedResolvConfIsFollowed() throws Exception {
        upstream("127.0.9.1", FakeUpstream.always(query -> FakeUpstream.address(query, "192.0.2.1", 300)));
        upstream("127.0.9.2", FakeUpstream.always(query -> FakeUpstream.address(query, "192.0.2.2", 300)));
        join("s1", "net", false, "172.18.0.2", "web");
        AskingNamespace client = attached(server("127.0.9.1"), "s1");
        assertThat(data(client.ask("a.test", Type.A))).containsExactly("192.0.2.1");
        Path fresh = directory.resolve("fresh");
        Files.writeString(fresh, servers("127.0.9.2"));
        Files.move(fresh, resolvConf, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        String got = "192.0.2.1";
        for (int i = 0; i < 50 && got.equals("192.0.2.1"); i++) {
            Thread.sleep(100);
            got = data(client.ask("a.test", Type.A)).getFirst();
        }
        assertThat(got).as("neither the old server nor what it said").isEqualTo("192.0.2.2");
    }

    @Test
    void serversOfTheContainersOwnAreAskedFromWithinIt() throws IOException {
        FakeUpstream host = upstream("127.0.9.1", FakeUpstream.always(FakeUpstream::denial));
        join("s1", "net", false, "172.18.0.2", "web");
        DnsServer server = server("127.0.9.1");
        AskingNamespace client = closing(new AskingNamespace(kernel));
        FakeUpstream within = closing(client.inside(() -> new FakeUpstream(
                "127.0.0.1", 0, FakeUpstream.always(query -> FakeUpstream.address(query, "192.0.2.9", 0)))));
        var own = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), within.port());
        var loop = new InetSocketAddress(NamespaceSockets.ADDRESS, 53);
        server.attach("s1", client.sockets(), new DnsSettings(List.of(loop, own)), client::open);
        assertThat(data(client.ask("a.test", Type.A))).containsExactly("192.0.2.9");
        assertThat(data(client.askByTcp("a.test", Type.A))).containsExactly("192.0.2.9");
        assertThat(host.asked()).isEmpty();
    }
}
