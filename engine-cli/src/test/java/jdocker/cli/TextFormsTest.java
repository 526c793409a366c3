package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TextFormsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '#',
            value = {
                "{\"a\":1,\"b\":[true,false,null,-2.5,1e3],\"c\":{}}#{\"a\":1,\"b\":[true,false,null,-2.5,1000.0],\"c\":{}}",
                "\"\\u00e9\\ud83d\\ude00\\n\\/\"#\"é😀\\n/\"",
                "123456789012345678901#123456789012345678901",
                "[ ]#[]"
            })
    void readsAndWritesJson(String text, String expected) throws IOException {
        assertThat(Json.write(Json.parse(text))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{",
                "[1,",
                "{\"a\"}",
                "{\"a\":}",
                "tru",
                "\"abc",
                "\"\\x\"",
                "\"\\u12g4\"",
                "-",
                "1.2.3",
                "{a:1}",
                "1 2",
                "[1 2]"
            })
    void refusesBrokenJson(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesJsonThatIsNestedWithoutEnd() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nesting depth");
    }

    @Test
    void readsValuesOneByOne() throws IOException {
        byte[] stream = "{\"a\":1}\n{\"a\":2} {\"a\":3}".getBytes(StandardCharsets.UTF_8);
        Json.Values values = Json.values(new ByteArrayInputStream(stream));

        assertThat(values.next().number("a")).isEqualTo(1);
        assertThat(values.next().number("a")).isEqualTo(2);
        assertThat(values.next().number("a")).isEqualTo(3);
        assertThat(values.next()).isNull();
    }

    @Test
    void indentsWithoutChangingValues() {
        StringBuilder out = new StringBuilder();
        JsonIndent.append(out, "{\"a\":[1.0,{}], \"b\" : \"x,{\\\"\", \"c\":[ ]}", 0);

        assertThat(out)
                .hasToString(
                        "{\n    \"a\": [\n        1.0,\n        {}\n    ],\n    \"b\": \"x,{\\\"\",\n    \"c\": []\n}");
        assertThat(JsonIndent.compact("{ \"a b\" : [ 1 , 2 ] }\n")).isEqualTo("{\"a b\":[1,2]}");
    }

    @Test
    void setsColumnsAsTabwriterDoes() {
        Table table = Table.ofList();
        table.add("A", "B", "C");
        table.add("a long cell", "", "x");
        table.add("alone");
        table.add("p\tq");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Output output = new Output(out);
        table.print(output);
        output.flush();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("A             B         C\na long cell             x\nalone\np         q\n");
    }

    @Test
    void groupsPorts() {
        assertThat(PortList.of(List.of())).isEmpty();
        assertThat(PortList.of(
                        List.of(port("0.0.0.0", 80, 80), port("0.0.0.0", 81, 81), port("", 90, 0), port("::1", 5, 6))))
                .isEqualTo("0.0.0.0:80-81->80-81/tcp, 90/tcp, [::1]:6->5/tcp");
    }

    private static JsonObject port(String ip, int inside, int outside) {
        return new JsonObject()
                .with("IP", ip)
                .with("PrivatePort", (long) inside)
                .with("PublicPort", (long) outside)
                .with("Type", "tcp");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "busybox, docker.io/library/busybox:latest, busybox:latest",
        "a/b:1, docker.io/a/b:1, a/b:1",
        "localhost:5000/x, localhost:5000/x:latest, localhost:5000/x:latest",
        "quay.io/a/b, quay.io/a/b:latest, quay.io/a/b:latest",
        "index.docker.io/library/x:2, docker.io/library/x:2, x:2"
    })
    void readsImageNames(String text, String full, String familiar) {
        assertThat(ImageName.parse(text).full()).isEqualTo(full);
        assertThat(ImageName.parse(text).familiar()).isEqualTo(familiar);
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"", "a:b:c", "a//b", "-a", "a:", "a@sha256:12", "a b"})
    void refusesOtherImageNames(String text) {
        assertThatThrownBy(() -> ImageName.parse(text)).hasMessage("invalid reference format");
    }

    @Test
    void holdsTheDetachKeysBackUntilTheyAreClear() {
        DetachKeys keys = DetachKeys.parse("");
        assertThat(keys.filter(new byte[] {'a', 16, 'b'}, 3)).containsExactly('a', 16, 'b');
        assertThat(keys.filter(new byte[] {16}, 1)).isEmpty();
        assertThat(keys.filter(new byte[] {16}, 1)).containsExactly(16);
        assertThat(keys.filter(new byte[] {17}, 1)).isNull();
        assertThat(DetachKeys.parse("ctrl-a,x").filter(new byte[] {1, 'x'}, 2)).isNull();
        assertThatThrownBy(() -> DetachKeys.parse("ctrl-ü")).hasMessageContaining("Unknown character");
    }

    @Test
    void printsTimesAsGoDoes() {
        assertThat(Text.goTime(0, ZoneId.of("UTC"))).isEqualTo("1970-01-01 00:00:00 +0000 UTC");
        assertThat(Text.goTime(1_750_000_000, ZoneId.of("Europe/Berlin"))).isEqualTo("2025-06-15 17:06:40 +0200 CEST");
        assertThat(Text.ansiTime("2024-01-01T00:00:00.000000000+00:00")).isEqualTo("Mon Jan  1 00:00:00 2024");
        assertThat(Text.ansiTime("")).isEmpty();
    }

    @Test
    void givesBackTheEnvironmentThatTheLauncherSetAside() {
        assertThat(Main.environment(Map.of("A", "b", "JDOCKER_ENV_CLASSPATH", "x", "LC_ALL", "C.UTF-8")))
                .isEqualTo(Map.of("A", "b", "CLASSPATH", "x"));
        assertThat(Main.environment(Map.of("JDOCKER_ENV_LC_ALL", "de", "LC_ALL", "C.UTF-8")))
                .isEqualTo(Map.of("LC_ALL", "de"));
    }

    @Test
    void completesCommandsAndFlags() {
        assertThat(Run.of("completion", "bash").result().out())
                .contains("complete -o default -F _jdocker jdocker", "'run'|'container run') words=\"--add-host");
        assertThat(Run.of("completion", "fish").result().out()).contains("__fish_seen_subcommand_from run' -l rm");
        assertThat(Run.of("completion", "foo").result().err()).startsWith("unknown shell \"foo\"");
    }
}
