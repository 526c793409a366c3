package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jdocker.cli.TemplateLexer.Kind;
import jdocker.cli.TemplateLexer.Token;

/** Builds a template's tree. */
final class TemplateParser {
    private static final Set<String> ENDS = Set.of("end", "else");

    private final List<Token> tokens;
    private int at;

    private TemplateParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static List<TemplateNode> parse(String source) {
        TemplateParser parser = new TemplateParser(TemplateLexer.tokens(source));
        List<TemplateNode> nodes = parser.nodes(true);
        if (parser.peek().kind() != Kind.END) {
            throw TemplateError.parsing(
                    "unexpected {{" + parser.tokens.get(parser.at + 1).text() + "}}");
        }
        return nodes;
    }

    private List<TemplateNode> nodes(boolean outermost) {
        List<TemplateNode> nodes = new ArrayList<>();
        while (peek().kind() != Kind.END) {
            if (peek().kind() == Kind.TEXT) {
                nodes.add(new TemplateNode.Text(take().text()));
                continue;
            }
            if (ENDS.contains(tokens.get(at + 1).text())) {
                return nodes;
            }
            nodes.add(action());
        }
        if (!outermost) {
            throw TemplateError.parsing("unexpected EOF");
        }
        return nodes;
    }

    private TemplateNode action() {
        take();
        String word = peek().kind() == Kind.WORD ? peek().text() : "";
        return switch (word) {
            case "if", "with", "range" -> {
                take();
                yield block(word);
            }
            case "break", "continue" -> {
                take();
                expectClose();
                yield word.equals("break") ? new TemplateNode.Break() : new TemplateNode.Continue();
            }
            case "define", "template", "block" ->
                throw TemplateError.parsing("{{" + word + "}} is not supported: a format is one template");
            default -> {
                TemplateNode.Pipeline pipeline = pipeline();
                expectClose();
                yield new TemplateNode.Action(pipeline);
            }
        };
    }

    private TemplateNode block(String word) {
        TemplateNode.Pipeline pipeline = pipeline();
        expectClose();
        List<TemplateNode> then = nodes(false);
        take();
        List<TemplateNode> otherwise = List.of();
        if (take().text().equals("else")) {
            String chained = peek().kind() == Kind.WORD ? peek().text() : "";
            if (chained.equals("if") || chained.equals("with")) {
                take();
                // The chained block ends the outer one too.
                otherwise = List.of(block(chained));
                return node(word, pipeline, then, otherwise);
            }
            expectClose();
            otherwise = nodes(false);
            take();
            if (!take().text().equals("end")) {
                throw TemplateError.parsing("expected end; found {{else}}");
            }
        }
        expectClose();
        return node(word, pipeline, then, otherwise);
    }

    private static TemplateNode node(
            String word, TemplateNode.Pipeline pipeline, List<TemplateNode> then, List<TemplateNode> otherwise) {
        return switch (word) {
            case "if" -> new TemplateNode.If(pipeline, then, otherwise);
            case "with" -> new TemplateNode.With(pipeline, then, otherwise);
            default -> new TemplateNode.Range(pipeline, then, otherwise);
        };
    }

    private TemplateNode.Pipeline pipeline() {
        List<String> variables = new ArrayList<>();
        boolean declares = false;
        int start = at;
        while (peek().kind() == Kind.VARIABLE) {
            variables.add(take().text());
            String next = peek().text();
            if (next.equals(",") && peek().kind() == Kind.SYMBOL) {
                take();
            } else if (next.equals(":=") || next.equals("=")) {
                declares = next.equals(":=");
                take();
                return new TemplateNode.Pipeline(variables, declares, calls());
            } else {
                break;
            }
        }
        at = start;
        return new TemplateNode.Pipeline(List.of(), false, calls());
    }

    private List<TemplateNode.Call> calls() {
        List<TemplateNode.Call> calls = new ArrayList<>();
        while (true) {
            List<TemplateNode.Operand> operands = new ArrayList<>();
            while (peek().kind() != Kind.CLOSE && !isSymbol("|") && !isSymbol(")")) {
                operands.add(operand());
            }
            if (operands.isEmpty()) {
                throw TemplateError.parsing("missing value for command");
            }
            calls.add(new TemplateNode.Call(operands));
            if (!isSymbol("|")) {
                return calls;
            }
            take();
        }
    }

    private TemplateNode.Operand operand() {
        Token token = take();
        return switch (token.kind()) {
            case STRING, CHARACTER, NUMBER -> new TemplateNode.Literal(TemplateLiterals.value(token));
            case FIELD -> {
                List<String> names = new ArrayList<>();
                if (token.text().length() > 1) {
                    names.add(token.text().substring(1));
                    names.addAll(chain());
                }
                yield new TemplateNode.Field(names);
            }
            case VARIABLE -> new TemplateNode.Variable(token.text(), chain());
            case WORD ->
                switch (token.text()) {
                    case "true" -> new TemplateNode.Literal(true);
                    case "false" -> new TemplateNode.Literal(false);
                    case "nil" -> new TemplateNode.Literal(null);
                    default -> function(token.text());
                };
            default -> nested(token);
        };
    }

    private static TemplateNode.Operand function(String name) {
        if (!TemplateFunctions.exists(name)) {
            throw TemplateError.parsing("function \"" + name + "\" not defined");
        }
        return new TemplateNode.Function(name);
    }

    private TemplateNode.Operand nested(Token token) {
        if (!token.text().equals("(")) {
            throw TemplateError.parsing("unexpected \"" + token.text() + "\" in operand");
        }
        TemplateNode.Pipeline pipeline = pipeline();
        if (!isSymbol(")")) {
            throw TemplateError.parsing("unclosed left paren");
        }
        take();
        return new TemplateNode.Nested(pipeline, chain());
    }

    private List<String> chain() {
        List<String> names = new ArrayList<>();
        while (peek().kind() == Kind.FIELD && !peek().spaced() && peek().text().length() > 1) {
            names.add(take().text().substring(1));
        }
        return names;
    }

    private boolean isSymbol(String symbol) {
        return peek().kind() == Kind.SYMBOL && peek().text().equals(symbol);
    }

    private void expectClose() {
        Token token = take();
        if (token.kind() != Kind.CLOSE) {
            throw TemplateError.parsing("unexpected \"" + token.text() + "\" in command");
        }
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token take() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }
}
