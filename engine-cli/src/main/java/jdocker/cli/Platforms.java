package jdocker.cli;

/** {@code --platform os/arch/variant} as newer calls take it. */
final class Platforms {
    private Platforms() {}

    /** The platform as JSON; empty for none. */
    static String json(String text) {
        if (text.isEmpty()) {
            return "";
        }
        String[] parts = text.split("/", -1);
        if (parts.length < 2 || parts.length > 3) {
            throw new CliError("invalid platform: \"" + text + "\" is not of the form os/arch[/variant]");
        }
        JsonObject platform = new JsonObject().with("architecture", parts[1]).with("os", parts[0]);
        if (parts.length == 3) {
            platform.with("variant", parts[2]);
        }
        return Json.write(platform);
    }
}
