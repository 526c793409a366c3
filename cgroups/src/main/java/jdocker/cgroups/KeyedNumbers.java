package jdocker.cgroups;

import java.util.LinkedHashMap;
import java.util.Map;

/** Files of lines with a key, a blank and a number. */
final class KeyedNumbers {
    private KeyedNumbers() {}

    static Map<String, Long> parse(String text) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (String line : text.split("\n")) {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                numbers.put(
                        line.substring(0, blank),
                        Controller.number(line.substring(blank + 1).strip()));
            }
        }
        return numbers;
    }
}
