package jdocker.network.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import jdocker.kernel.Kernel;
import jdocker.kernel.KernelTest;
import jdocker.network.dns.NameTable.Member;
import jdocker.network.dns.NameTable.Membership;
import jdocker.network.dns.Query.Parsed;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What containers and servers may send that is no DNS. The same random bytes each time. */
class HostilePacketsTest {
    private final Random random = new Random(53);

    private static byte[] good() throws IOException {
        return AskingNamespace.question("web.example.test", Type.A).toWire();
    }

    private static byte[] answer() throws IOException {
        return FakeUpstream.address(new Message(good()), "192.0.2.1", 60);
    }

    private byte[] mutated(byte[] from) {
        byte[] bytes = random.nextInt(4) == 0 ? Arrays.copyOf(from, random.nextInt(from.length + 40)) : from.clone();
        for (int i = random.nextInt(6); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private byte[] noise() {
        byte[] bytes = new byte[random.nextInt(600)];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void queriesOfAnyBytesAreParsedOrRefused() throws IOException {
        byte[] good = good();
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = i % 3 == 0 ? noise() : mutated(good);
            assertThatCode(() -> check(bytes)).doesNotThrowAnyException();
        }
    }

    private static void check(byte[] bytes) {
        switch (Query.parse(bytes)) {
            case Parsed.Good parsed -> {
                assertThat(Wire.failure(parsed.query(), Rcode.REFUSED)).hasSizeBetween(Wire.HEADER, 12 + 260);
                parsed.query().key();
            }
            case Parsed.Bad bad ->
                assertThat(Wire.failure(bad.id(), bad.opcode(), bad.rcode())).hasSize(Wire.HEADER);
            case Parsed.Noise _ -> {}
        }
    }

    @Test
    void answersOfAnyBytesAreCachedOrNot() throws IOException {
        byte[] good = answer();
        Query query = ((Parsed.Good) Query.parse(good())).query();
        AnswerCache cache = new AnswerCache();
        var place = new AnswerCache.Place("scope", query.key().orElseThrow());
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = i % 3 == 0 ? noise() : mutated(good);
            if (Wire.answers(bytes, query.wire())) {
                cache.clear();
                cache.put(place, bytes, 0);
                cache.get(place, 1).ifPresent(cached -> assertThat(cached).hasSize(bytes.length));
                assertThat(Wire.addressed(bytes, query)).hasSize(bytes.length);
                assertThat(Wire.truncated(bytes).length).isLessThanOrEqualTo(bytes.length);
            }
        }
    }

    @Test
    void namesThatPointAtThemselvesOrEachOtherEndNowhere() {
        byte[] loop = header(1);
        assertThat(Query.parse(with(loop, 0xc0, 12, 0, 1, 0, 1))).isInstanceOf(Parsed.Bad.class);
        assertThat(Query.parse(with(loop, 1, 'a', 0xc0, 12, 0, 1, 0, 1))).isInstanceOf(Parsed.Bad.class);
        assertThat(Query.parse(with(loop, 0xc0, 14, 0xc0, 12, 0, 1, 0, 1))).isInstanceOf(Parsed.Bad.class);
        assertThat(Query.parse(with(loop, 0xff, 0xff, 0, 1, 0, 1))).isInstanceOf(Parsed.Bad.class);
        assertThat(Query.parse(with(loop, 0x40, 1, 0, 1, 0, 1))).isInstanceOf(Parsed.Bad.class);
    }

    @Test
    void countsThatPromiseMoreThanThereIsAreRefused() throws IOException {
        byte[] many = good();
        Arrays.fill(many, 4, 12, (byte) 0xff);
        assertThat(Query.parse(many)).isEqualTo(new Parsed.Bad(Wire.id(many), Opcode.QUERY, Rcode.FORMERR));
        byte[] additional = good();
        additional[11] = 2;
        assertThat(Query.parse(additional)).isInstanceOf(Parsed.Bad.class);
        byte[] none = good();
        none[5] = 0;
        assertThat(Query.parse(none)).isInstanceOf(Parsed.Bad.class);
    }

    @Test
    void otherOperationsAreNotImplementedAndResponsesNotAnswered() throws IOException {
        byte[] update = good();
        update[2] = (byte) (Opcode.UPDATE << 3);
        assertThat(Query.parse(update)).isEqualTo(new Parsed.Bad(Wire.id(update), Opcode.UPDATE, Rcode.NOTIMP));
        byte[] response = good();
        response[2] |= (byte) 0x80;
        assertThat(Query.parse(response)).isInstanceOf(Parsed.Noise.class);
        assertThat(Query.parse(new byte[11])).isInstanceOf(Parsed.Noise.class);
        assertThat(Query.parse(Arrays.copyOf(good(), Query.MOST_BYTES + 1))).isInstanceOf(Parsed.Bad.class);
    }

    @Test
    void anAnswerToAnotherQuestionIsNone() throws IOException {
        byte[] query = good();
        byte[] answer = answer();
        assertThat(Wire.answers(answer, query)).isTrue();
        byte[] other = answer.clone();
        other[Wire.HEADER + 2] ^= 1;
        assertThat(Wire.answers(other, query)).isFalse();
        assertThat(Wire.answers(query, query)).isFalse();
        assertThat(Wire.answers(Arrays.copyOf(answer, 20), query)).isFalse();
        byte[] noQuestion = answer.clone();
        noQuestion[5] = 0;
        assertThat(Wire.answers(noQuestion, query)).isFalse();
    }

    private static byte[] header(int questions) {
        return new byte[] {0, 7, 1, 0, 0, (byte) questions, 0, 0, 0, 0, 0, 0};
    }

    private static byte[] with(byte[] header, int... more) {
        byte[] bytes = Arrays.copyOf(header, header.length + more.length);
        for (int i = 0; i < more.length; i++) {
            bytes[header.length + i] = (byte) more[i];
        }
        return bytes;
    }

    @Nested
    @KernelTest
    class OnTheWire {
        private final Kernel kernel = Kernel.load();

        @TempDir
        private Path directory;

        @Test
        void neitherDatagramsNorStreamsOfAnyBytesKeepTheResolverFromAnswering() throws IOException {
            var names = new NameIndex();
            names.join(
                    new Membership("n", "net", true, Map.of()),
                    new Member("s1", "web", Set.of(), List.of(InetAddress.ofLiteral("172.18.0.2"))));
            Path resolvConf = Files.writeString(directory.resolve("resolv.conf"), "");
            try (DnsServer server = DnsServer.start(kernel, names, resolvConf, 9);
                    AskingNamespace client = new AskingNamespace(kernel)) {
                server.attach("s1", client.sockets(), DnsSettings.HOST, client::open);
                try (DatagramSocket socket = client.datagramSocket()) {
                    for (int i = 0; i < 3000; i++) {
                        byte[] packet = i % 2 == 0 ? noise() : mutated(good());
                        socket.send(new DatagramPacket(packet, packet.length));
                    }
                    socket.send(new DatagramPacket(new byte[60_000], 60_000));
                }
                List<Socket> streams = new ArrayList<>();
                for (int i = 0; i < 80; i++) {
                    Socket stream = client.connection();
                    streams.add(stream);
                    stream.getOutputStream().write(i % 2 == 0 ? noise() : new byte[] {(byte) 0xff, (byte) 0xff, 1});
                }
                assertThat(AskingNamespace.data(client.ask("web", Type.A))).containsExactly("172.18.0.2");
                for (Socket stream : streams) {
                    stream.close();
                }
                assertThat(AskingNamespace.data(client.askByTcp("web", Type.A))).containsExactly("172.18.0.2");
            }
        }

        @Test
        void aClientThatAsksByTcpAndNeverListensIsCutOff() throws IOException {
            var names = new NameIndex();
            for (int i = 1; i < 200; i++) {
                names.join(
                        new Membership("n", "net", true, Map.of()),
                        new Member("s" + i, "web" + i, Set.of("web"), List.of(InetAddress.ofLiteral("172.18.0." + i))));
            }
            Path resolvConf = Files.writeString(directory.resolve("resolv.conf"), "");
            try (DnsServer server = DnsServer.start(kernel, names, resolvConf, 9);
                    AskingNamespace client = new AskingNamespace(kernel)) {
                server.attach("s1", client.sockets(), DnsSettings.HOST, client::open);
                byte[] question = AskingNamespace.question("web", Type.A).toWire();
                try (Socket greedy = client.connection()) {
                    var out = new DataOutputStream(greedy.getOutputStream());
                    assertThatCode(() -> {
                                for (int i = 0; i < 200_000; i++) {
                                    out.writeShort(question.length);
                                    out.write(question);
                                }
                            })
                            .isInstanceOf(IOException.class);
                }
                assertThat(AskingNamespace.data(client.askByTcp("web", Type.A))).hasSize(199);
            }
        }

        @Test
        void severalQuestionsInOneSegmentAndOneInManyAreAnswered() throws IOException {
            var names = new NameIndex();
            names.join(
                    new Membership("n", "net", true, Map.of()),
                    new Member("s1", "web", Set.of(), List.of(InetAddress.ofLiteral("172.18.0.2"))));
            Path resolvConf = Files.writeString(directory.resolve("resolv.conf"), "");
            try (DnsServer server = DnsServer.start(kernel, names, resolvConf, 9);
                    AskingNamespace client = new AskingNamespace(kernel);
                    Socket socket = attach(server, client).connection()) {
                socket.setTcpNoDelay(true);
                byte[] question = AskingNamespace.question("web", Type.A).toWire();
                byte[] frame = new byte[question.length + 2];
                frame[1] = (byte) question.length;
                System.arraycopy(question, 0, frame, 2, question.length);
                byte[] twice = Arrays.copyOf(frame, 2 * frame.length);
                System.arraycopy(frame, 0, twice, frame.length, frame.length);
                socket.getOutputStream().write(twice);
                for (byte b : frame) {
                    socket.getOutputStream().write(b);
                }
                var in = new DataInputStream(socket.getInputStream());
                for (int i = 0; i < 3; i++) {
                    Message answer = new Message(in.readNBytes(in.readUnsignedShort()));
                    assertThat(answer.getSection(Section.ANSWER)).hasSize(1);
                }
            }
        }

        private AskingNamespace attach(DnsServer server, AskingNamespace client) {
            server.attach("s1", client.sockets(), DnsSettings.HOST, client::open);
            return client;
        }
    }
}
