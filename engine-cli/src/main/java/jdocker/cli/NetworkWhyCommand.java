package jdocker.cli;

import java.util.List;

/** {@code network why}: whether one container reaches another, and where the way stops. */
final class NetworkWhyCommand extends Command {
    private final Flag format = flags().string("format", 'f', Formats.FOR_OBJECTS);

    @Override
    String synopsis() {
        return "[OPTIONS] CONTAINER OTHER [PORT[/PROTOCOL]]";
    }

    @Override
    Arity arity() {
        return new Arity(2, 3);
    }

    /** 0 when it does, 1 when the way stops, for scripts. */
    @Override
    int run(Session session, List<String> arguments) {
        String shape = format.text();
        Template template =
                shape.isEmpty() || shape.equals("json") ? null : Template.parse(shape, new OptionalFields());
        Query query = new Query().add("to", arguments.get(1));
        if (arguments.size() > 2) {
            query.add("port", arguments.get(2));
        }
        JsonObject reach = Json.object(
                session.engine().get("/containers/" + Query.pathElement(arguments.getFirst()) + "/reach", query));
        if (template != null) {
            session.out().line(template.execute(reach));
        } else if (shape.isEmpty()) {
            print(session.out(), reach);
        } else {
            session.out().line(Json.write(reach));
        }
        return reach.flag("Reaches") ? 0 : 1;
    }

    private static void print(Output out, JsonObject reach) {
        String port = reach.text("Port");
        out.line(reach.text("From") + " -> " + reach.text("To") + (port.isEmpty() ? "" : " " + port));
        for (JsonObject step : reach.objects("Steps")) {
            out.line("  " + padded(step.text("Outcome"), 9) + padded(step.text("Step"), 12) + step.text("Says"));
            if (!step.text("Remedy").isEmpty()) {
                out.line("  " + " ".repeat(21) + "try: " + step.text("Remedy"));
            }
        }
        String stop = reach.text("StopsAt");
        out.line(reach.text("From")
                + (stop.isEmpty() ? " reaches " + reach.text("To") : " does not reach " + reach.text("To"))
                + (stop.isEmpty() ? "" : ": it stops at the step " + stop));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }
}
