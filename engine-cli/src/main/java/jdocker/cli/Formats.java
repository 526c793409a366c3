package jdocker.cli;

/** What the help says of {@code --format}. */
final class Formats {
    static final String FOR_LISTS =
            "Format output: 'table' (default), 'table TEMPLATE', 'json', or a Go template for each line";
    static final String FOR_OBJECTS = "Format output: 'json', or a Go template";

    private Formats() {}
}
