package jdocker.cli;

import java.util.List;

/** {@code commit}: makes an image of a container's changes. */
final class CommitCommand extends Command {
    private final Flag author =
            flags().string("author", 'a', "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")");
    private final Flag change =
            flags().of(FlagKind.LIST, "change", 'c', "Apply Dockerfile instruction to the created image");
    private final Flag message = flags().string("message", 'm', "Commit message");
    private final Flag pause =
            flags().add(new Flag("pause", 'p', FlagKind.BOOL, "true", "Pause container during commit"));

    @Override
    String synopsis() {
        return "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]";
    }

    @Override
    Arity arity() {
        return new Arity(1, 2);
    }

    @Override
    int run(Session session, List<String> arguments) {
        Query query = new Query()
                .add("container", arguments.getFirst())
                .addText("author", author.text())
                .addText("comment", message.text())
                .addIf(!pause.isOn(), "pause", "0");
        change.values().forEach(one -> query.add("changes", one));
        if (arguments.size() > 1) {
            ImageName name = ImageName.parse(arguments.get(1));
            query.add("repo", name.repository()).addText("tag", name.tagOrLatest());
        }
        byte[] answer = session.engine().post("/commit", query, null);
        session.out().line(Json.object(answer).text("Id"));
        return 0;
    }
}
