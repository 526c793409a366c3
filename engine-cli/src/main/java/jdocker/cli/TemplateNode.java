package jdocker.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of a template. */
sealed interface TemplateNode {
    record Text(String text) implements TemplateNode {}

    /** Prints a pipeline's value, unless it is an assignment. */
    record Action(Pipeline pipeline) implements TemplateNode {}

    record If(Pipeline condition, List<TemplateNode> then, List<TemplateNode> otherwise) implements TemplateNode {}

    record With(Pipeline subject, List<TemplateNode> then, List<TemplateNode> otherwise) implements TemplateNode {}

    record Range(Pipeline subject, List<TemplateNode> each, List<TemplateNode> otherwise) implements TemplateNode {}

    record Break() implements TemplateNode {}

    record Continue() implements TemplateNode {}

    /** Commands, each of which gets the value of the one before as its last argument. */
    record Pipeline(List<String> variables, boolean declares, List<Call> calls) {}

    /** An operand, or a function or method with its arguments. */
    record Call(List<Operand> operands) {}

    sealed interface Operand {}

    record Literal(@Nullable Object value) implements Operand {}

    /** {@code .A.B}; without names, the dot itself. */
    record Field(List<String> names) implements Operand {}

    /** {@code $x.A}. */
    record Variable(String name, List<String> names) implements Operand {}

    record Function(String name) implements Operand {}

    /** {@code (pipeline).A}. */
    record Nested(Pipeline pipeline, List<String> names) implements Operand {}
}
