package jdocker.cli;

import java.util.List;

/** {@code pull}: fetches an image from a registry. */
final class PullCommand extends Command {
    private final Flag all = flags().bool("all-tags", 'a', "Download all tagged images in the repository");
    private final Flag platform = flags().string("platform", "Platform of the image, where it has several");
    private final Flag quiet = flags().bool("quiet", 'q', "Suppress verbose output");

    PullCommand() {
        flags().add(new Flag(
                        "disable-content-trust", Flag.NO_SHORTHAND, FlagKind.BOOL, "true", "Skip image verification"))
                .hide();
    }

    @Override
    String synopsis() {
        return "[OPTIONS] NAME[:TAG|@DIGEST]";
    }

    @Override
    Arity arity() {
        return Arity.exactly(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        ImageName name = ImageName.parse(arguments.getFirst());
        if (all.isOn()) {
            if (!name.isBare()) {
                throw new CliError("tag can't be used with --all-tags/-a");
            }
            ImagePull.runAll(session, name, platform(session), quiet.isOn(), session.out());
            session.out().line(name.repository());
            return 0;
        }
        if (name.isBare() && !quiet.isOn()) {
            session.out().lineNow("Using default tag: latest");
        }
        ImagePull.run(session, arguments.getFirst(), platform(session), quiet.isOn(), session.out());
        session.out().line(name.full());
        return 0;
    }

    private String platform(Session session) {
        String variable = session.invocation().variable("DOCKER_DEFAULT_PLATFORM");
        return platform.isSet() || variable == null ? platform.text() : variable;
    }
}
