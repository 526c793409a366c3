package jdocker.cli;

import java.util.List;

/** {@code tag}: gives an image another name. */
final class TagCommand extends Command {
    @Override
    String synopsis() {
        return "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]";
    }

    @Override
    Arity arity() {
        return Arity.exactly(2);
    }

    @Override
    int run(Session session, List<String> arguments) {
        ImageName target;
        try {
            target = ImageName.parse(arguments.get(1));
        } catch (CliError e) {
            throw new CliError(
                    "Error parsing reference: \"" + arguments.get(1) + "\" is not a valid repository/tag: " + e.text());
        }
        if (!target.digest().isEmpty()) {
            throw new CliError("refusing to create a tag with a digest reference");
        }
        Query query = new Query().add("repo", target.repository()).add("tag", target.tagOrLatest());
        session.engine().post("/images/" + Query.pathElement(arguments.getFirst()) + "/tag", query, null);
        return 0;
    }
}
