package jdocker.cli;

/** A Go template that cannot be read or carried out. */
final class TemplateError extends CliError {
    private static final String PREFIX = "template parsing error: ";
    private static final int PARSING = 64;

    private TemplateError(String message, int exitCode) {
        super(message, exitCode);
    }

    static TemplateError parsing(String message) {
        return new TemplateError(PREFIX + "template: :1: " + message, PARSING);
    }

    static TemplateError executing(String message) {
        return new TemplateError("template: :1: executing \"\": " + message, 1);
    }

    /** The template of a list, which docker names otherwise. */
    static TemplateError ofList(TemplateError cause) {
        String text = cause.text();
        boolean parsing = cause.exitCode() == PARSING;
        String bare = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        return new TemplateError((parsing ? "failed to parse template: " : "failed to execute template: ") + bare, 1);
    }

    static TemplateError missing(String field, String reason) {
        return new TemplateError(PREFIX + "template: :1:2: executing \"\" at <" + field + ">: " + reason, 1);
    }
}
