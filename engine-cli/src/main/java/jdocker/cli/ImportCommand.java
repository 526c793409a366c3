package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;

/** {@code import}: makes an image of a file system's tarball. */
final class ImportCommand extends Command {
    private final Flag change = flags().of(FlagKind.LIST, "change", 'c', "Apply Dockerfile instruction to the image");
    private final Flag message = flags().string("message", 'm', "Set commit message for imported image");
    private final Flag platform = flags().string("platform", "Set the image's platform");

    @Override
    String synopsis() {
        return "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]";
    }

    @Override
    Arity arity() {
        return new Arity(1, Integer.MAX_VALUE);
    }

    @Override
    int run(Session session, List<String> arguments) {
        String source = arguments.getFirst();
        boolean remote = source.startsWith("http://") || source.startsWith("https://");
        Query query = new Query()
                .add("fromSrc", remote ? source : "-")
                .addText("message", message.text())
                .addText("platform", platform.text());
        change.values().forEach(one -> query.add("changes", one));
        if (arguments.size() > 1) {
            query.add("repo", arguments.get(1));
        }
        try (InputStream archive = archive(session, source, remote);
                Engine.Answer answer = session.engine().upload("/images/create", query, "application/x-tar", archive)) {
            new ProgressStream(session.out(), session.terminal().isOutput(), false).copy(answer.body());
            return 0;
        } catch (IOException e) {
            throw new CliError(String.valueOf(e.getMessage()));
        }
    }

    private static InputStream archive(Session session, String source, boolean remote) {
        if (remote) {
            return InputStream.nullInputStream();
        }
        if (source.equals("-")) {
            return session.invocation().in();
        }
        try {
            return Files.newInputStream(session.invocation().directory().resolve(source));
        } catch (IOException e) {
            throw new CliError("open " + source + ": " + KeyValueFiles.reason(source, e));
        }
    }
}
