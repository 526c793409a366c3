package jdocker.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** Environment variables and labels, from files first and then from the command line. */
final class KeyValueFiles {
    private KeyValueFiles() {}

    static List<String> environment(Flag files, Flag given, Invocation invocation) {
        List<String> result = new ArrayList<>();
        for (String file : files.values()) {
            for (String line : lines(file, invocation)) {
                if (line.contains("=")) {
                    result.add(line);
                } else if (invocation.environment().containsKey(line)) {
                    result.add(line + "=" + invocation.environment().get(line));
                }
            }
        }
        for (String variable : given.values()) {
            String value = invocation.environment().get(variable);
            // A name alone takes the value from here; unknown here, it removes the image's.
            result.add(variable.contains("=") || value == null ? variable : variable + "=" + value);
        }
        return result;
    }

    static List<String> labels(Flag files, Flag given, Invocation invocation) {
        List<String> result = new ArrayList<>();
        for (String file : files.values()) {
            result.addAll(lines(file, invocation));
        }
        result.addAll(given.values());
        return result;
    }

    private static List<String> lines(String file, Invocation invocation) {
        List<String> lines;
        try {
            lines = Files.readAllLines(invocation.directory().resolve(file));
        } catch (MalformedInputException _) {
            throw new CliError("invalid env file (" + file + "): the file is no UTF-8 text");
        } catch (IOException e) {
            throw new CliError("open " + file + ": " + reason(file, e));
        }
        List<String> result = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            line = (i == 0 && line.startsWith("\uFEFF") ? line.substring(1) : line).stripLeading();
            if (!line.isEmpty() && line.charAt(0) != '#') {
                result.add(checked(file, line));
            }
        }
        return result;
    }

    private static String checked(String file, String line) {
        int equals = line.indexOf('=');
        String name = equals < 0 ? line : line.substring(0, equals);
        if (name.isEmpty()) {
            throw new CliError("invalid env file (" + file + "): no variable name on line '" + line + "'");
        }
        String bare = equals < 0 ? name.strip() : name;
        if (bare.chars().anyMatch(Character::isWhitespace)) {
            throw new CliError("invalid env file (" + file + "): variable '" + name + "' contains whitespaces");
        }
        return equals < 0 ? bare : line;
    }

    /** Why a file cannot be read, in the system's words. */
    static String reason(String file, IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            default -> {
                String message = String.valueOf(e.getMessage());
                yield message.startsWith(file + ": ") ? message.substring(file.length() + 2) : message;
            }
        };
    }
}
