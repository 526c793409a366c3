package jdocker.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "KILL, 9",
        "SIGKILL, 9",
        "sigterm, 15",
        "15, 15",
        "64, 64",
        "RTMIN, 34",
        "SIGRTMIN+3, 37",
        "RTMAX-1, 63",
        "RTMAX, 64",
        "WINCH, 28",
        "SIGPOLL, 29"
    })
    void readsWhatUsersWrite(String text, int number) {
        assertThat(Signal.parse(text)).hasValue(number);
    }

    @ParameterizedTest(name = "{0} is none")
    @ValueSource(strings = {"", "0", "65", "-1", "SIG", "NOPE", "RTMIN+31", "RTMAX-31", "RTMIN-1", "RTM", "1٣", "999"})
    void refusesTheRest(String text) {
        assertThat(Signal.parse(text)).isEmpty();
    }
}
