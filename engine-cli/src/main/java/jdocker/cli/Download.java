package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes a large answer to the output or into a file, which is complete or not there. */
final class Download {
    private final Session session;
    private final @Nullable Path file;

    private Download(Session session, @Nullable Path file) {
        this.session = session;
        this.file = file;
    }

    /** @param output a file's name; empty for the output, which may then be no terminal */
    static Download to(Session session, String output, String command) {
        if (output.isEmpty()) {
            if (session.terminal().isOutput()) {
                throw new CliError("cowardly refusing to save to a terminal. Use the -o flag or redirect");
            }
            return new Download(session, null);
        }
        Path file = session.invocation().directory().resolve(output);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new CliError("failed to " + command + " " + (command.equals("save") ? "image" : "container")
                    + ": invalid output path: directory \"" + folder + "\" does not exist");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file) && Files.isDirectory(file)) {
            throw new CliError("failed to " + command + ": invalid output path: \"" + output + "\" is a directory");
        }
        return new Download(session, file);
    }

    int take(String path, Query query) {
        try (Engine.Answer answer = session.engine().open("GET", path, query, Map.of(), null)) {
            if (file == null) {
                AttachStreams.copyPlain(answer.body(), session.out());
            } else if (Files.exists(file) && !Files.isRegularFile(file)) {
                copy(answer.body(), file); // a device or pipe is not to be replaced
            } else {
                save(answer.body(), file);
            }
            return 0;
        } catch (IOException e) {
            throw new CliError(String.valueOf(e.getMessage()));
        }
    }

    private static void save(InputStream in, Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path beside = Files.createTempFile(folder, ".tmp-" + file.getFileName(), "");
        try {
            copy(in, beside);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static void copy(InputStream in, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            in.transferTo(out);
        }
    }
}
