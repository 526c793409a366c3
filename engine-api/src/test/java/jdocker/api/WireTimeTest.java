package jdocker.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTimeTest {
    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "0001-01-01T00:00:00Z",
                "2026-11-22T06:32:12Z",
                "2026-11-22T06:32:12.5Z",
                "2026-11-22T06:32:12.000000001Z",
                "2026-11-22T06:32:12.123456789Z"
            })
    void writesTimesAsGoDoes(String text) {
        assertThat(WireTime.format(WireTime.parse(text))).isEqualTo(text);
    }

    @Test
    void padsForLogLines() {
        assertThat(WireTime.padded(Instant.ofEpochSecond(0, 5))).isEqualTo("1970-01-01T00:00:00.000000005Z");
    }

    @Test
    void readsOffsets() {
        assertThat(WireTime.parse("2026-11-22T08:00:00+02:00")).isEqualTo(Instant.parse("2026-11-22T06:00:00Z"));
    }
}
