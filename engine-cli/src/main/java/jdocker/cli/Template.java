package jdocker.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A Go template over JSON values and rows, as far as formats use them: no definitions, no calls of program values. */
final class Template {
    /** What a name stands for that a value has not; how strict a template is with it. */
    interface Missing {
        @Nullable
        Object value(@Nullable Object of, String name, String path);
    }

    private final List<TemplateNode> nodes;
    private final Missing missing;
    private boolean forHeader;

    private Template(List<TemplateNode> nodes, Missing missing) {
        this.nodes = nodes;
        this.missing = missing;
    }

    static Template parse(String source, Missing missing) {
        return new Template(TemplateParser.parse(source), missing);
    }

    /** For typed rows: an unknown field is an error. */
    static Template ofRows(String source) {
        return parse(source, (_, name, path) -> {
            throw TemplateError.missing(path, "can't evaluate field " + name);
        });
    }

    /** The header over a column of this template's results: functions that only shape a value leave its name alone. */
    String header(TemplateFields names) {
        forHeader = true;
        try {
            return execute(names);
        } finally {
            forHeader = false;
        }
    }

    void execute(StringBuilder out, @Nullable Object dot) {
        Run run = new Run(out, dot);
        run.nodes(nodes, dot);
    }

    String execute(@Nullable Object dot) {
        StringBuilder out = new StringBuilder();
        execute(out, dot);
        return out.toString();
    }

    private enum Flow {
        GO_ON,
        BREAK,
        CONTINUE
    }

    private final class Run {
        private final StringBuilder out;
        private final Map<String, @Nullable Object> variables = new HashMap<>();

        Run(StringBuilder out, @Nullable Object dot) {
            this.out = out;
            variables.put("$", dot);
        }

        Flow nodes(List<TemplateNode> list, @Nullable Object dot) {
            for (TemplateNode node : list) {
                Flow flow = node(node, dot);
                if (flow != Flow.GO_ON) {
                    return flow;
                }
            }
            return Flow.GO_ON;
        }

        private Flow node(TemplateNode node, @Nullable Object dot) {
            switch (node) {
                case TemplateNode.Text text -> out.append(text.text());
                case TemplateNode.Action action -> {
                    Object value = evaluate(action.pipeline(), dot);
                    if (action.pipeline().variables().isEmpty()) {
                        TemplateText.append(out, value);
                    }
                }
                case TemplateNode.If choice -> {
                    return nodes(
                            TemplateFunctions.isTrue(evaluate(choice.condition(), dot))
                                    ? choice.then()
                                    : choice.otherwise(),
                            dot);
                }
                case TemplateNode.With with -> {
                    Object value = evaluate(with.subject(), dot);
                    return TemplateFunctions.isTrue(value) ? nodes(with.then(), value) : nodes(with.otherwise(), dot);
                }
                case TemplateNode.Range range -> {
                    return range(range, dot);
                }
                case TemplateNode.Break _ -> {
                    return Flow.BREAK;
                }
                case TemplateNode.Continue _ -> {
                    return Flow.CONTINUE;
                }
            }
            return Flow.GO_ON;
        }

        private Flow range(TemplateNode.Range range, @Nullable Object dot) {
            TemplateNode.Pipeline subject = range.subject();
            Object value = calls(subject.calls(), dot);
            List<Object> keys = new ArrayList<>();
            List<@Nullable Object> values = new ArrayList<>();
            TemplateFunctions.elements(value, keys, values);
            if (values.isEmpty()) {
                return nodes(range.otherwise(), dot);
            }
            for (int i = 0; i < values.size(); i++) {
                List<String> names = subject.variables();
                if (names.size() == 1) {
                    variables.put(names.getFirst(), values.get(i));
                } else if (names.size() == 2) {
                    variables.put(names.getFirst(), keys.get(i));
                    variables.put(names.getLast(), values.get(i));
                }
                if (nodes(range.each(), values.get(i)) == Flow.BREAK) {
                    break;
                }
            }
            return Flow.GO_ON;
        }

        private @Nullable Object evaluate(TemplateNode.Pipeline pipeline, @Nullable Object dot) {
            Object value = calls(pipeline.calls(), dot);
            for (String name : pipeline.variables()) {
                variables.put(name, value);
            }
            return value;
        }

        private @Nullable Object calls(List<TemplateNode.Call> calls, @Nullable Object dot) {
            Object value = null;
            boolean first = true;
            for (TemplateNode.Call call : calls) {
                value = call(call, dot, first, value);
                first = false;
            }
            return value;
        }

        private @Nullable Object call(
                TemplateNode.Call call, @Nullable Object dot, boolean first, @Nullable Object piped) {
            TemplateNode.Operand head = call.operands().getFirst();
            List<@Nullable Object> arguments = new ArrayList<>();
            if (head instanceof TemplateNode.Function function && TemplateFunctions.isLazy(function.name())) {
                return lazy(function.name(), call, dot, first, piped);
            }
            for (TemplateNode.Operand operand :
                    call.operands().subList(1, call.operands().size())) {
                arguments.add(operand(operand, dot));
            }
            if (!first) {
                arguments.add(piped);
            }
            if (head instanceof TemplateNode.Function function) {
                boolean onlyShapes = forHeader && TemplateFunctions.isShaping(function.name());
                return onlyShapes && !arguments.isEmpty()
                        ? (first ? arguments.getFirst() : piped)
                        : TemplateFunctions.call(function.name(), arguments);
            }
            return arguments.isEmpty() ? operand(head, dot) : method(head, dot, arguments);
        }

        // and, or: the first value that decides, the rest unasked.
        private @Nullable Object lazy(
                String name, TemplateNode.Call call, @Nullable Object dot, boolean first, @Nullable Object piped) {
            Object value = null;
            int count = call.operands().size() - 1 + (first ? 0 : 1);
            if (count == 0) {
                throw TemplateError.executing("wrong number of args for " + name + ": want at least 1 got 0");
            }
            for (int i = 1; i <= count; i++) {
                value = i < call.operands().size() ? operand(call.operands().get(i), dot) : piped;
                if (TemplateFunctions.isTrue(value) == name.equals("or")) {
                    return value;
                }
            }
            return value;
        }

        private @Nullable Object method(
                TemplateNode.Operand head, @Nullable Object dot, List<@Nullable Object> arguments) {
            if (head instanceof TemplateNode.Field field && !field.names().isEmpty()) {
                int last = field.names().size() - 1;
                Object owner = chain(dot, field.names().subList(0, last));
                if (owner instanceof TemplateFields row) {
                    Object value = row.call(field.names().get(last), arguments);
                    if (value != null) {
                        return value;
                    }
                }
                throw TemplateError.executing(
                        field.names().get(last) + " has arguments but cannot be invoked as function");
            }
            throw TemplateError.executing("can't give argument to non-function");
        }

        private @Nullable Object operand(TemplateNode.Operand operand, @Nullable Object dot) {
            return switch (operand) {
                case TemplateNode.Literal literal -> literal.value();
                case TemplateNode.Field field -> chain(dot, field.names());
                case TemplateNode.Variable variable -> {
                    if (!variables.containsKey(variable.name())) {
                        throw TemplateError.parsing("undefined variable \"" + variable.name() + "\"");
                    }
                    yield chain(variables.get(variable.name()), variable.names());
                }
                case TemplateNode.Function function -> TemplateFunctions.call(function.name(), List.of());
                case TemplateNode.Nested nested -> chain(evaluate(nested.pipeline(), dot), nested.names());
            };
        }

        private @Nullable Object chain(@Nullable Object start, List<String> names) {
            Object value = start;
            StringBuilder path = new StringBuilder();
            for (String name : names) {
                path.append('.').append(name);
                value = member(value, name, path.toString());
            }
            return value;
        }

        private @Nullable Object member(@Nullable Object value, String name, String path) {
            return switch (value) {
                case JsonObject object when object.has(name) -> object.get(name);
                case Map<?, ?> map when map.containsKey(name) -> map.get(name);
                case TemplateFields row when row.names().contains(name) -> row.field(name);
                case TemplateFields row -> {
                    Object result = row.call(name, List.of());
                    yield result != null ? result : missing.value(row, name, path);
                }
                case null -> missing.value(null, name, path);
                default -> missing.value(value, name, path);
            };
        }
    }

    /** Names and values of something that has names, sorted as Go ranges over maps. */
    static Map<String, @Nullable Object> sorted(Map<?, ?> map) {
        Map<String, @Nullable Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
        return sorted;
    }
}
