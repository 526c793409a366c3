package jdocker.cli;

/** How many arguments a command takes. */
record Arity(int least, int most) {
    static final Arity NONE = new Arity(0, 0);
    private static final int ANY = Integer.MAX_VALUE;

    static Arity exactly(int count) {
        return new Arity(count, count);
    }

    static Arity atLeast(int count) {
        return new Arity(count, ANY);
    }

    static Arity atMost(int count) {
        return new Arity(0, count);
    }

    /** What is wrong with a number of arguments; empty when nothing is. */
    String complaint(int count) {
        if (count >= least && count <= most) {
            return "";
        }
        if (most == 0) {
            return "accepts no arguments";
        }
        if (least == most) {
            return "requires " + arguments(least);
        }
        return least == 0 ? "requires at most " + arguments(most) : "requires at least " + arguments(least);
    }

    /** Docker's words for where to look differ with the kind of complaint. */
    String hint() {
        return most == ANY ? "See" : "Run";
    }

    private static String arguments(int count) {
        return count + (count == 1 ? " argument" : " arguments");
    }
}
