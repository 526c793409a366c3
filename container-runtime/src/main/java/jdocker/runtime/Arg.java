package jdocker.runtime;

/** One argument of a step. */
sealed interface Arg {

    /** A number known when the plan is written. */
    record Value(long value) implements Arg {}

    /** The address that a range of the plan's data will have in the process. */
    record Address(DataRef data) implements Arg {}

    /** What a register holds when the step runs. */
    record Content(Register register) implements Arg {}

    static Arg of(long value) {
        return new Value(value);
    }

    static Arg data(DataRef data) {
        return new Address(data);
    }

    static Arg register(Register register) {
        return new Content(register);
    }

    /** The kind's number on the wire. */
    default int kind() {
        return switch (this) {
            case Value _ -> 0;
            case Address _ -> 1;
            case Content _ -> 2;
        };
    }

    /** The kind's 64-bit operand on the wire. */
    default long operand() {
        return switch (this) {
            case Value value -> value.value();
            case Address address -> address.data().offset();
            case Content content -> content.register().number();
        };
    }
}
