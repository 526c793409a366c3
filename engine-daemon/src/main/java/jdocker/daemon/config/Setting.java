package jdocker.daemon.config;

import java.util.Optional;

/**
 * One thing that can be set, by a flag, in daemon.json, or either. The table {@link Settings#ALL} is the one place that
 * knows them: flags, file, help and tests are read from it.
 *
 * @param flag without dashes; empty when only the file has it
 * @param letter the short flag; empty when there is none
 * @param key in the file, {@code outer.inner} within an object; empty when only a flag has it
 * @param note what is said when it is set, for what has no effect or is refused
 */
record Setting(String flag, String letter, String key, Kind kind, Support support, String note, String help) {

    /** What a value looks like. */
    enum Kind {
        /** {@code --debug} or {@code --debug=false}; a JSON boolean. */
        BOOL,
        TEXT,
        NUMBER,
        /** A flag given several times; a JSON array. */
        LIST,
        /** {@code --log-opt name=value}, several times; a JSON object. */
        MAP,
        /** A JSON value of a shape of its own that only the file holds, or a flag given several times. */
        RAW
    }

    /** What this engine does with it. */
    enum Support {
        YES,
        /** Accepted, and said to have no effect: nothing is weaker or lost without it. */
        NO_EFFECT,
        /** Docker's, but refused when it asks for anything: ignoring it would do harm in silence. */
        REFUSED
    }

    /** Finds the setting of a long flag. */
    static Optional<Setting> byFlag(String name) {
        return Settings.ALL.stream()
                .filter(s -> !s.flag.isEmpty() && s.flag.equals(name))
                .findFirst();
    }

    static Optional<Setting> byLetter(String letter) {
        return Settings.ALL.stream()
                .filter(s -> !s.letter.isEmpty() && s.letter.equals(letter))
                .findFirst();
    }

    static Optional<Setting> byKey(String key) {
        return Settings.ALL.stream()
                .filter(s -> !s.key.isEmpty() && s.key.equals(key))
                .findFirst();
    }

    /** The setting that the code names; a mistake in the code when there is none. */
    static Setting named(String name) {
        return byFlag(name).or(() -> byKey(name)).orElseThrow(() -> new IllegalArgumentException(name));
    }

    Setting letter(String newLetter) {
        return new Setting(flag, newLetter, key, kind, support, note, help);
    }

    /** How it is called in messages about the file. */
    String nameInFile() {
        return key.isEmpty() ? flag : key;
    }

    /** How its value is called in the help. */
    String valueName() {
        return switch (kind) {
            case BOOL -> "";
            case TEXT -> "string";
            case NUMBER -> "int";
            case LIST, MAP, RAW -> "list";
        };
    }
}
