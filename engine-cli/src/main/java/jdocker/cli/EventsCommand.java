package jdocker.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code events}: what happens in the engine, as it happens. */
final class EventsCommand extends Command {
    private final Flag filter = flags().of(FlagKind.FILTER, "filter", 'f', "Show only what meets the conditions");
    private final Flag format = flags().string("format", Formats.FOR_OBJECTS);
    private final Flag since = flags().string("since", "Show all events created since a time");
    private final Flag until = flags().string("until", "Stream events until this time");

    @Override
    String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    Arity arity() {
        return Arity.NONE;
    }

    @Override
    int run(Session session, List<String> arguments) {
        Query query = new Query()
                .addText("since", Timestamps.of("since", since.text(), session.invocation()))
                .addText("until", Timestamps.of("until", until.text(), session.invocation()));
        Filters.of(filter).addTo(query);
        boolean json = format.text().equals("json");
        Template template =
                json || format.text().isEmpty() ? null : Template.parse(format.text(), new OptionalFields());
        try (Engine.Answer answer = session.engine().open("GET", "/events", query, Map.of(), null)) {
            Json.Values events = Json.values(answer.body());
            JsonObject event;
            while ((event = events.next()) != null) {
                session.out()
                        .lineNow(
                                template != null
                                        ? template.execute(event)
                                        : json ? Json.write(event) : line(event, session.invocation()));
            }
            return 0;
        } catch (IOException e) {
            throw new CliError(String.valueOf(e.getMessage()));
        }
    }

    private static String line(JsonObject event, Invocation invocation) {
        StringBuilder out = new StringBuilder();
        long nanos = event.number("timeNano");
        out.append(
                nanos != 0
                        ? Text.rfc3339Nano(nanos, invocation.zone())
                        : Text.rfc3339(event.number("time"), invocation.zone()));
        JsonObject actor = event.object("Actor");
        out.append(' ').append(event.text("Type")).append(' ').append(event.text("Action"));
        out.append(' ').append(actor.text("ID"));
        Map<?, ?> attributes = Template.sorted(actor.object("Attributes").fields());
        if (!attributes.isEmpty()) {
            String separator = " (";
            for (Map.Entry<?, ?> attribute : attributes.entrySet()) {
                out.append(separator).append(attribute.getKey()).append('=').append(attribute.getValue());
                separator = ", ";
            }
            out.append(')');
        }
        return out.toString();
    }
}
