package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FlagSetTest {
    private final FlagSet flags = new FlagSet();
    private final Flag interactive = flags.bool("interactive", 'i', "");
    private final Flag tty = flags.bool("tty", 't', "");
    private final Flag name = flags.string("name", 'n', "");
    private final Flag env = flags.of(FlagKind.LIST, "env", 'e', "");
    private final Flag memory = flags.of(FlagKind.BYTES, "memory", 'm', "");

    @Test
    void readsEveryForm() {
        List<String> arguments =
                flags.parse(List.of("-it", "--name=a", "-eA=b", "-e", "C=d", "x", "-e=E", "-m", "1k", "y"));

        assertThat(arguments).containsExactly("x", "y");
        assertThat(interactive.isOn()).isTrue();
        assertThat(tty.isOn()).isTrue();
        assertThat(name.text()).isEqualTo("a");
        assertThat(env.values()).containsExactly("A=b", "C=d", "E");
        assertThat(memory.number()).isEqualTo(1024);
    }

    @Test
    void takesAValueThatLooksLikeAFlag() {
        flags.parse(List.of("--name", "--tty", "-e", "--"));

        assertThat(name.text()).isEqualTo("--tty");
        assertThat(env.values()).containsExactly("--");
        assertThat(tty.isSet()).isFalse();
    }

    @Test
    void leavesTheCommandInTheContainerAlone() {
        flags.stopAtArgument();

        assertThat(flags.parse(List.of("-i", "image", "-t", "--", "--name", "x")))
                .containsExactly("image", "-t", "--", "--name", "x");
        assertThat(tty.isSet()).isFalse();
    }

    @Test
    void endsFlagsAtTwoDashes() {
        assertThat(flags.parse(List.of("-i", "--", "-t"))).containsExactly("-t");
    }

    @Test
    void turnsSwitchesOff() {
        flags.parse(List.of("--tty", "--tty=false"));

        assertThat(tty.isSet()).isTrue();
        assertThat(tty.isOn()).isFalse();
    }

    @Test
    void letsTheLastValueCount() {
        flags.parse(List.of("--name", "a", "--name", "b"));

        assertThat(name.text()).isEqualTo("b");
    }

    @Test
    void takesALoneDashAsAnArgument() {
        assertThat(flags.parse(List.of("-", ""))).containsExactly("-", "");
    }

    @Test
    void knowsHelpWithoutItsBeingDefined() {
        flags.parse(List.of("--help"));

        assertThat(flags.isHelpWanted()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--foo | unknown flag: --foo",
                "-x | unknown shorthand flag: 'x' in -x",
                "-ix | unknown shorthand flag: 'x' in -x",
                "--name | flag needs an argument: --name",
                "-n | flag needs an argument: 'n' in -n",
                "--tty=x | invalid argument \"x\" for \"-t, --tty\" flag: strconv.ParseBool: parsing \"x\": invalid syntax",
                "-m=x | invalid argument \"x\" for \"-m, --memory\" flag: invalid size: 'x'"
            })
    void saysWhatDockerSays(String word, String message) {
        assertThatThrownBy(() -> flags.parse(List.of(word)))
                .isInstanceOf(UsageError.class)
                .hasMessage(message);
    }

    @Test
    void guessesWhatWasMeant() {
        assertThatThrownBy(() -> flags.parse(List.of("--nmae=x")))
                .hasMessage("unknown flag: --nmae\nDid you mean --name?");
    }
}
