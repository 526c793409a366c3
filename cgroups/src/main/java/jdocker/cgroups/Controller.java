package jdocker.cgroups;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One controller's directory of one v1 cgroup. */
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

    static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return text.chars().allMatch(Character::isDigit) && !text.isEmpty() ? Long.MAX_VALUE : 0;
        }
    }
}
