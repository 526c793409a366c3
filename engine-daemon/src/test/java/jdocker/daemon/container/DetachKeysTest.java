package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import jdocker.daemon.error.EngineException.InvalidRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetachKeysTest {
    private static String pass(DetachKeys keys, String input) {
        DetachKeys.Filtered filtered = keys.filter(Unpooled.copiedBuffer(input, StandardCharsets.ISO_8859_1));
        String passed = filtered.passed().toString(StandardCharsets.ISO_8859_1);
        filtered.passed().release();
        return filtered.detached() ? passed + "|" : passed;
    }

    @Test
    void leavesOnTheDefaultKeys() {
        assertThat(pass(DetachKeys.parse(""), "ab\u0010\u0011cd")).isEqualTo("ab|");
    }

    @Test
    void passesOnWhatOnlyLookedLikeTheBeginning() {
        DetachKeys keys = DetachKeys.parse("ctrl-p,ctrl-q");

        assertThat(pass(keys, "\u0010")).isEmpty();
        assertThat(pass(keys, "x")).isEqualTo("\u0010x");
        assertThat(pass(keys, "\u0010\u0010")).isEqualTo("\u0010");
        assertThat(pass(keys, "\u0011")).isEqualTo("|");
    }

    @Test
    void takesPlainCharacters() {
        assertThat(pass(DetachKeys.parse("a,b,ctrl-["), "xab\u001by")).isEqualTo("x|");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ctrl-", "ctrl-1", "ab", "a,,b", "ä", "ctrl-pp"})
    void refusesOtherKeys(String text) {
        assertThatThrownBy(() -> DetachKeys.parse(text))
                .isInstanceOf(InvalidRequest.class)
                .hasMessage("Invalid detach keys (" + text + ") provided");
    }
}
