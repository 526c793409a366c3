package jdocker.cgroups;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One controller's files of one cgroup: on v1 in a directory of their own, on v2 beside the others'. */
record Controller(String name, Path directory, ControlFiles files) {

    void write(String file, String value) {
        files.write(directory.resolve(file), value);
    }

    void write(String file, long value) {
        write(file, Long.toString(value));
    }

    void writeEach(String file, List<String> values) {
        files.writeEach(directory.resolve(file), values);
    }

    boolean has(String file) {
        return files.exists(directory.resolve(file));
    }

    Optional<String> read(String file) {
        return files.read(directory.resolve(file));
    }

    /** 0 where there is no such file. The kernel's numbers are unsigned and may exceed a long by meaning "no limit". */
    long readNumber(String file) {
        return read(file).map(Controller::number).orElse(0L);
    }

    /** The same for a limit: {@code max}, and a missing file, are the largest number. */
    long readLimit(String file) {
        return read(file)
                .filter(text -> !text.equals("max"))
                .map(Controller::number)
                .orElse(Long.MAX_VALUE);
    }

    /** A file of lines with a key and a number; empty where there is none. */
    Map<String, Long> readKeyed(String file) {
        return read(file).map(KeyedNumbers::parse).orElse(Map.of());
    }

    static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return text.chars().allMatch(Character::isDigit) && !text.isEmpty() ? Long.MAX_VALUE : 0;
        }
    }
}
