package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UnitsTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "0, 0B",
        "999, 999B",
        "1000, 1kB",
        "1234567, 1.23MB",
        "4260000, 4.26MB",
        "123456789, 123MB",
        "987654321, 988MB"
    })
    void printsSizes(long bytes, String text) {
        assertThat(Units.size(bytes)).isEqualTo(text);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"0, 0B", "1024, 1KiB", "8123456789, 7.566GiB"})
    void printsBinarySizes(long bytes, String text) {
        assertThat(Units.binarySize(bytes)).isEqualTo(text);
    }

    @ParameterizedTest(name = "{0} is {1} bytes")
    @CsvSource({
        "0, 0",
        "7b, 7",
        "64k, 65536",
        "64kb, 65536",
        "64KiB, 65536",
        "512m, 536870912",
        "1.5g, 1610612736",
        "10 k, 10240"
    })
    void readsSizes(String text, long bytes) {
        assertThat(Units.parseSize(text)).isEqualTo(bytes);
    }

    @ParameterizedTest(name = "\"{0}\" is no size")
    @ValueSource(strings = {"", "x", "k", "-1", "1x", "1ib", "1..2", "99999999999999999999g"})
    void refusesOtherSizes(String text) {
        assertThatThrownBy(() -> Units.parseSize(text)).hasMessage("invalid size: '" + text + "'");
    }

    @ParameterizedTest(name = "{0} s are {1}")
    @CsvSource({
        "0, Less than a second",
        "1, 1 second",
        "59, 59 seconds",
        "60, About a minute",
        "119, About a minute",
        "120, 2 minutes",
        "3599, 59 minutes",
        "3600, About an hour",
        "7200, 2 hours",
        "172800, 2 days",
        "1209600, 2 weeks",
        "5184000, 2 months",
        "63072000, 2 years"
    })
    void printsSpansForPeople(long seconds, String text) {
        assertThat(Durations.human(Duration.ofSeconds(seconds))).isEqualTo(text);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"0, PT0S", "300ms, PT0.3S", "1h30m, PT1H30M", "1.5s, PT1.5S", "-2m, PT-2M", "1us, PT0.000001S"})
    void readsSpans(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "\"{0}\" is no span")
    @ValueSource(strings = {"", "x", "1", "1x", "1h2", "..s"})
    void refusesOtherSpans(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
