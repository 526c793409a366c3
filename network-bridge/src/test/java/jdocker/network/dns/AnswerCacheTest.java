package jdocker.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class AnswerCacheTest {
    private final AnswerCache cache = new AnswerCache();

    private static long seconds(long count) {
        return Duration.ofSeconds(count).toNanos();
    }

    private static Message question(String name) throws IOException {
        return AskingNamespace.question(name, Type.A);
    }

    private static AnswerCache.Place place(String name) throws IOException {
        Query query = ((Query.Parsed.Good) Query.parse(question(name).toWire())).query();
        return new AnswerCache.Place("scope", query.key().orElseThrow());
    }

    private Optional<Message> after(String name, long seconds) throws IOException {
        Optional<byte[]> found = cache.get(place(name), seconds(seconds));
        return found.isEmpty() ? Optional.empty() : Optional.of(new Message(found.get()));
    }

    @Test
    void anAnswerHoldsForItsShortestTimeAndSaysWhatIsLeft() throws IOException {
        Message answer = FakeUpstream.reply(question("a.test"), Rcode.NOERROR);
        var name = answer.getQuestion().getName();
        answer.addRecord(new ARecord(name, DClass.IN, 300, InetAddress.ofLiteral("192.0.2.1")), Section.ANSWER);
        answer.addRecord(new ARecord(name, DClass.IN, 100, InetAddress.ofLiteral("192.0.2.2")), Section.ANSWER);
        cache.put(place("a.test"), answer.toWire(), 0);
        assertThat(after("A.test", 40))
                .hasValueSatisfying(found -> assertThat(found.getSection(Section.ANSWER))
                        .extracting(record -> record.getTTL())
                        .containsExactly(260L, 60L));
        assertThat(after("a.test", 100)).isEmpty();
        assertThat(cache.size()).isZero();
    }

    @Test
    void absenceHoldsAsLongAsTheZoneSaysAndFailuresDoNotHold() throws IOException {
        cache.put(place("a.test"), FakeUpstream.denial(question("a.test")), 0);
        assertThat(after("a.test", 29)).isPresent();
        assertThat(after("a.test", 30)).isEmpty();
        Message unexplained = FakeUpstream.reply(question("b.test"), Rcode.NXDOMAIN);
        cache.put(place("b.test"), unexplained.toWire(), 0);
        cache.put(
                place("c.test"),
                FakeUpstream.reply(question("c.test"), Rcode.SERVFAIL).toWire(),
                0);
        assertThat(after("b.test", 0)).isEmpty();
        assertThat(after("c.test", 0)).isEmpty();
    }

    @Test
    void whatHasNoTimeIsNotKeptAndWhatHasYearsForAnHour() throws IOException {
        cache.put(place("a.test"), FakeUpstream.address(question("a.test"), "192.0.2.1", 0), 0);
        assertThat(after("a.test", 0)).isEmpty();
        cache.put(place("b.test"), FakeUpstream.address(question("b.test"), "192.0.2.1", 1_000_000), 0);
        assertThat(after("b.test", 3599)).isPresent();
        assertThat(after("b.test", 3600)).isEmpty();
    }

    @Test
    void itNeverGrowsBeyondItsBounds() throws IOException {
        for (int i = 0; i < 6000; i++) {
            String name = "host" + i + ".test";
            cache.put(place(name), FakeUpstream.address(question(name), "192.0.2.1", 300), 0);
        }
        assertThat(cache.size()).isEqualTo(4096);
        assertThat(after("host0.test", 1)).isEmpty();
        assertThat(after("host5999.test", 1)).isPresent();
    }
}
