package jdocker.cli;

import java.util.List;

/** {@code top}: a container's processes. */
final class TopCommand extends Command {
    private static final int NARROWEST = 20;
    private static final int PADDING = 3;

    TopCommand() {
        flags().stopAtArgument();
    }

    @Override
    String synopsis() {
        return "CONTAINER [ps OPTIONS]";
    }

    @Override
    Arity arity() {
        return Arity.atLeast(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        Query query = new Query().addText("ps_args", String.join(" ", arguments.subList(1, arguments.size())));
        JsonObject answer = Json.object(session.engine().get(ContainerCalls.path(arguments.getFirst(), "/top"), query));
        Table table = new Table(NARROWEST, PADDING);
        table.add(answer.texts("Titles").toArray(new String[0]));
        if (answer.get("Processes") instanceof List<?> processes) {
            for (Object process : processes) {
                if (process instanceof List<?> cells) {
                    table.add(cells.stream().map(String::valueOf).toArray(String[]::new));
                }
            }
        }
        table.print(session.out());
        return 0;
    }
}
