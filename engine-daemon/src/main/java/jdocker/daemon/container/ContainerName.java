package jdocker.daemon.container;

import jdocker.daemon.error.EngineException.InvalidRequest;

/** The rules for names: {@code [a-zA-Z0-9][a-zA-Z0-9_.-]+}, a leading slash is taken off. */
final class ContainerName {
    private ContainerName() {}

    /**
     * @throws InvalidRequest with Docker's words when the text is no name
     */
    static String of(String text) {
        String name = text.startsWith("/") ? text.substring(1) : text;
        boolean good = name.length() >= 2 && isAlphanumeric(name.charAt(0));
        for (int i = 1; good && i < name.length(); i++) {
            char c = name.charAt(i);
            good = isAlphanumeric(c) || c == '_' || c == '.' || c == '-';
        }
        if (!good) {
            throw new InvalidRequest(
                    "Invalid container name (" + text + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        return name;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
