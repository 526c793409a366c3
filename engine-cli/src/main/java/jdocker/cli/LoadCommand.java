package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;

/** {@code load}: brings in images from an archive. */
final class LoadCommand extends Command {
    private final Flag input = flags().string("input", 'i', "Read from tar archive file, instead of STDIN");
    private final Flag platform = flags().of(FlagKind.STRINGS, "platform", "Load only the given platform variant");
    private final Flag quiet = flags().bool("quiet", 'q', "Suppress the load output");

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
        if (input.text().isEmpty() && session.terminal().isInput()) {
            throw new CliError("requested load from stdin, but stdin is empty");
        }
        boolean silent = quiet.isOn() || !session.terminal().isOutput();
        Query query = new Query().add("quiet", silent ? "1" : "0");
        for (String one : platform.values()) {
            query.add("platform", Platforms.json(one));
        }
        try (InputStream archive = archive(session);
                Engine.Answer answer = session.engine().upload("/images/load", query, "application/x-tar", archive)) {
            if (answer.header("content-type").startsWith("application/json")) {
                new ProgressStream(session.out(), session.terminal().isOutput(), false).copy(answer.body());
            } else {
                AttachStreams.copyPlain(answer.body(), session.out());
            }
            return 0;
        } catch (IOException e) {
            throw new CliError(String.valueOf(e.getMessage()));
        }
    }

    private InputStream archive(Session session) {
        if (input.text().isEmpty()) {
            return session.invocation().in();
        }
        try {
            return Files.newInputStream(session.invocation().directory().resolve(input.text()));
        } catch (IOException e) {
            throw new CliError("open " + input.text() + ": " + KeyValueFiles.reason(input.text(), e));
        }
    }
}
