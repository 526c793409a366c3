package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** One flag of a command and what the command line said of it. */
final class Flag {
    static final char NO_SHORTHAND = 0;

    private final String name;
    private final char shorthand;
    private final FlagKind kind;
    private final String initial;
    private final String description;
    private boolean hidden;
    private boolean set;
    private final List<String> values = new ArrayList<>(0);

    Flag(String name, char shorthand, FlagKind kind, String initial, String description) {
        this.name = name;
        this.shorthand = shorthand;
        this.kind = kind;
        this.initial = initial;
        this.description = description;
    }

    Flag hide() {
        hidden = true;
        return this;
    }

    String name() {
        return name;
    }

    char shorthand() {
        return shorthand;
    }

    FlagKind kind() {
        return kind;
    }

    String description() {
        return description;
    }

    boolean isHidden() {
        return hidden;
    }

    /** Whether the command line has it. */
    boolean isSet() {
        return set;
    }

    void set(String value) {
        try {
            kind.check(value);
        } catch (IllegalArgumentException e) {
            throw UsageError.flag(
                    "invalid argument \"" + value + "\" for \"" + spelling() + "\" flag: " + e.getMessage());
        }
        if (!kind.isRepeatable()) {
            values.clear();
        }
        set = true;
        values.add(value);
    }

    String text() {
        return values.isEmpty() ? initial : values.getLast();
    }

    boolean isOn() {
        return Values.bool(values.isEmpty() ? (initial.isEmpty() ? "false" : initial) : values.getLast());
    }

    long number() {
        String text = text();
        if (text.isEmpty()) {
            return 0;
        }
        return switch (kind) {
            case BYTES -> Units.parseSize(text);
            case SWAP_BYTES -> Values.swap(text);
            case DURATION -> Durations.parse(text).toNanos();
            case DECIMAL -> Values.nanoCpus(text);
            default -> Values.integer(text);
        };
    }

    /** Every value given, in order; a flag of comma-separated texts yields each of them. */
    List<String> values() {
        if (kind != FlagKind.STRINGS) {
            return values;
        }
        List<String> parts = new ArrayList<>();
        for (String value : values) {
            parts.addAll(List.of(value.split(",")));
        }
        return parts;
    }

    /** What the help shows as the default; empty for none. */
    String shownDefault() {
        return switch (kind) {
            case STRING -> initial.isEmpty() ? "" : "\"" + initial + "\"";
            case INT -> initial.equals("0") ? "" : initial;
            case BOOL -> initial.equals("true") ? initial : "";
            default -> initial;
        };
    }

    private String spelling() {
        return shorthand == NO_SHORTHAND ? "--" + name : "-" + shorthand + ", --" + name;
    }
}
