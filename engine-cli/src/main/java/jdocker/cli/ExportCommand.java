package jdocker.cli;

import java.util.List;

/** {@code export}: a container's files as a tar archive. */
final class ExportCommand extends Command {
    private final Flag output = flags().string("output", 'o', "Write to a file, instead of STDOUT");

    @Override
    String synopsis() {
        return "[OPTIONS] CONTAINER";
    }

    @Override
    Arity arity() {
        return Arity.exactly(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        return Download.to(session, output.text(), "export")
                .take("/containers/" + Query.pathElement(arguments.getFirst()) + "/export", new Query());
    }
}
