package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TemplateTest {
    private static final String DATA = """
            {"Name":"/web","N":3,"F":1.5,"Yes":true,"No":false,"Nil":null,"List":["a","b","c"],
             "Map":{"z":"1","b":"2"},"Deep":{"Labels":{"x":"y"}},"Empty":[]}
            """;

    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '~',
            value = {
                "{{.Name}}#/web",
                "a{{.N}}b#a3b",
                "{{.F}} {{.Yes}} {{.Nil}}#1.5 true <nil>",
                "{{.List}} {{.Map}}#[a b c] map[b:2 z:1]",
                "{{json .Map}}#{\"z\":\"1\",\"b\":\"2\"}",
                "{{.List | json}}#[\"a\",\"b\",\"c\"]",
                "{{len .List}} {{len .Name}}#3 4",
                "{{index .List 1}} {{index .Map \"b\"}} {{index .Map \"none\"}}.#b 2 .",
                "{{if .Yes}}y{{else}}n{{end}}{{if .Empty}}y{{else}}n{{end}}#yn",
                "{{if .No}}1{{else if eq .N 3}}2{{else}}3{{end}}#2",
                "{{range .List}}[{{.}}]{{end}}#[a][b][c]",
                "{{range $i, $e := .List}}{{$i}}={{$e}};{{end}}#0=a;1=b;2=c;",
                "{{range $k, $v := .Map}}{{$k}}={{$v}};{{end}}#b=2;z=1;",
                "{{range .Empty}}x{{else}}none{{end}}#none",
                "{{range .List}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}#a",
                "{{range .List}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}#ac",
                "{{with .Deep}}{{.Labels.x}}{{$.Name}}{{end}}#y/web",
                "{{with .Nil}}x{{else}}y{{end}}#y",
                "{{$x := .N}}{{$x}} {{$x = 4}}{{$x}}#3 4",
                "{{join .List \",\"}} {{upper .Name}} {{lower \"AB\"}} {{title \"foo bar\"}}#a,b,c /WEB ab Foo Bar",
                "{{split \"a:b\" \":\"}} {{pad \"x\" 1 2}}| {{truncate \"abcdef\" 3}}#[a b]  x  | abc",
                "{{printf \"%s-%d %q %5d|%-5s|%05d %v %.2f%%\" .Name 7 \"x\" 3 \"ab\" 42 .List 1.5}}#/web-7 \"x\"     3|ab   |00042 [a b c] 1.50%",
                "{{println \"a\" 1}}x#~a 1\nx~",
                "{{print \"a\" \"b\"}} {{print 1 2}}#ab 1 2",
                "{{eq .N 3}} {{ne .N 3}} {{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 2 2}}#true false true true false true",
                "{{eq .Name \"a\" \"/web\"}} {{and .Yes .N}} {{or .No \"d\"}} {{not .No}}#true 3 d true",
                "{{and .No (index .Empty 5)}}#false",
                "{{(index .List 0) | upper}} {{(len .List)}}#A 3",
                "{{slice .Name 1 3}} {{slice .List 1}}#we [b c]",
                "a {{- .N -}} b#a3b",
                "{{/* a comment */}}x#x",
                "{{\"\\t\\\"\\u00e9\"}}`{{`raw\\n`}}#~\t\"é`raw\\n~",
                "{{html \"<a>\"}} {{urlquery \"a b\"}}#&lt;a&gt; a+b",
                "{{.Deep.Labels.nope}}#<no value>"
            })
    void givesWhatGoGives(String source, String expected) throws IOException {
        assertThat(Template.parse(source, new OptionalFields()).execute(Json.parse(DATA)))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '~',
            value = {
                "{{#unclosed action",
                "{{if .A}}#unexpected EOF",
                "{{foo .A}}#function \"foo\" not defined",
                "{{end}}#unexpected {{end}}",
                "{{.A | }}#missing value for command",
                "{{\"a}}#unterminated quoted string",
                "{{(.A}}#unclosed left paren",
                "{{define \"x\"}}#not supported"
            })
    void saysWhatIsWrong(String source, String message) {
        assertThatThrownBy(() -> Template.parse(source, new OptionalFields()))
                .isInstanceOf(TemplateError.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '#',
            value = {
                "{{.Nope}}#map has no entry for key \"Nope\"",
                "{{.Name.X}}#can't evaluate field X in type string",
                "{{index .List 7}}#index out of range: 7",
                "{{upper .N}}#wrong type",
                "{{range .Name}}{{end}}#range can't iterate over /web",
                "{{lt .Name 1}}#incompatible types for comparison"
            })
    void failsWhereGoFails(String source, String message) {
        assertThatThrownBy(() -> Template.parse(source, new OptionalFields()).execute(Json.parse(DATA)))
                .isInstanceOf(TemplateError.class)
                .hasMessageContaining(message);
    }
}
