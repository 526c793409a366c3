package jdocker.it;

/** What a finished command left: its exit code and what it wrote. */
record CommandResult(int code, String out, String err) {

    /** Standard output without the last line break. */
    String text() {
        return out.stripTrailing();
    }

    /** Fails with everything the command said unless it ended with 0. */
    CommandResult ok() {
        return exits(0);
    }

    /** Fails with everything the command said unless it ended with this code. */
    CommandResult exits(int expected) {
        if (code != expected) {
            throw new AssertionError(
                    "exit code " + code + " instead of " + expected + "\nstdout: " + out + "\nstderr: " + err);
        }
        return this;
    }
}
