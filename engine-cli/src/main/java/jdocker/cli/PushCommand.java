package jdocker.cli;

import java.util.List;
import java.util.Map;

/** {@code push}: brings an image to a registry. */
final class PushCommand extends Command {
    private final Flag all = flags().bool("all-tags", 'a', "Push all tags of an image to the repository");
    private final Flag quiet = flags().bool("quiet", 'q', "Suppress verbose output");
    private final Flag platform = flags().string("platform", "Push a platform-specific manifest; images here have one");

    PushCommand() {
        flags().add(new Flag("disable-content-trust", Flag.NO_SHORTHAND, FlagKind.BOOL, "true", "Skip image signing"))
                .hide();
    }

    @Override
    String synopsis() {
        return "[OPTIONS] NAME[:TAG]";
    }

    @Override
    Arity arity() {
        return Arity.exactly(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        ImageName name = ImageName.parse(arguments.getFirst());
        if (all.isOn() && !name.isBare()) {
            throw new CliError("tag can't be used with --all-tags/-a");
        }
        if (!name.digest().isEmpty()) {
            throw new CliError("cannot push a digest reference");
        }
        if (!all.isOn() && name.isBare() && !quiet.isOn()) {
            session.out().lineNow("Using default tag: latest");
        }
        String tag = all.isOn() ? "" : name.tagOrLatest();
        Query query = new Query().add("tag", tag).addText("platform", Platforms.json(platform.text()));
        String path = "/images/" + Query.pathElement(name.repository()) + "/push";
        Map<String, String> headers = Map.of(
                "X-Registry-Auth", new RegistryLogins(session).of(name.domain()).header());
        try (Engine.Answer answer = session.engine().open("POST", path, query, headers, new byte[0])) {
            new ProgressStream(session.out(), session.terminal().isOutput(), quiet.isOn()).copy(answer.body());
        }
        if (quiet.isOn()) {
            session.out().line(all.isOn() ? name.repository() : name.full());
        }
        return 0;
    }
}
